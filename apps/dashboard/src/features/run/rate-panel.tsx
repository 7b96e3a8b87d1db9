'use client';

import { RateChart } from '../../charts/rate-chart.js';
import type { LossSeries } from '../../live/loss-series.js';
import { Panel } from '../../ui/panel.js';

/** How the learning rate and the momentum went. */
export function RatePanel({ series }: { readonly series: LossSeries }) {
  return (
    <Panel title="Learning rate and momentum">
      <RateChart series={series} summary="Learning rate of the head and momentum, step by step" />
    </Panel>
  );
}
