'use client';

import type { ReactNode } from 'react';
import { formatMoment } from '../../format/times.js';
import { RunSettingsDocument } from '../../graphql/generated/graphql.js';
import { errorMessage } from '../../graphql/errors.js';
import { useFreshQuery } from '../../graphql/use-fresh-query.js';
import { recipes } from '../new-run/recipes.js';
import { checkpointName } from './checkpoint-name.js';
import styles from './run.module.css';

type Entry = readonly [name: string, value: ReactNode];

/** What the run was started with. */
export function SettingsList({ runId }: { readonly runId: string }) {
  const { data, error } = useFreshQuery({ query: RunSettingsDocument, variables: { id: runId } });
  if (error) return <p className="small">{errorMessage(error)}</p>;
  const run = data?.run;
  if (!run) return null;
  const { config } = run;
  return (
    <Entries
      entries={[
        ['Recipe', config.recipe === null ? 'phases of its own' : recipes[config.recipe].name],
        [
          'Begins with',
          run.startedFrom === null
            ? 'pretrained weights'
            : `${run.startedFrom.runId}, ${checkpointName(run.startedFrom)}`,
        ],
        ['Architecture', run.architecture],
        ['Version of the dataset', run.datasetVersion],
        ['Image size', `${config.imageSize} pixels`],
        ['Batch size', config.batchSize],
        ['Seed', config.seed],
        ['Share for validation', config.validShare ?? 'the split of the dataset'],
        ['Frozen body', config.frozenBody.toLowerCase()],
        ['Learning rate', config.learningRate ?? 'found by a finder'],
        ['Weight decay', config.weightDecay],
        ['Tags', run.tags.length === 0 ? 'none' : run.tags.join(', ')],
      ]}
    />
  );
}

/** What the run ran on. */
export function EnvironmentList({ runId }: { readonly runId: string }) {
  const { data, error } = useFreshQuery({ query: RunSettingsDocument, variables: { id: runId } });
  if (error) return <p className="small">{errorMessage(error)}</p>;
  const run = data?.run;
  if (!run) return null;
  if (run.environment === null) {
    return <p className="small quiet">Known when the run has got its turn.</p>;
  }
  const { environment, attempts } = run;
  return (
    <Entries
      entries={[
        ['Engine', environment.engine],
        ['TensorFlow', environment.tensorflow],
        ['Device', environment.device],
        ['Processors', environment.cpus],
        ['Platform', environment.platform],
        ['Node.js', environment.node],
        ['Whetstone', environment.whetstone],
        ...attempts.map(({ number, startedAt, fromStep }): Entry => [
          `Attempt ${number}`,
          `${formatMoment(startedAt)}, from step ${fromStep}`,
        ]),
      ]}
    />
  );
}

function Entries({ entries }: { readonly entries: readonly Entry[] }) {
  return (
    <dl className={styles['entries']}>
      {entries.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd className="number">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
