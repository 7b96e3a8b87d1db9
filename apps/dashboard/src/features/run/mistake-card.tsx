import { formatLoss, formatShare, toNumber } from '../../format/numbers.js';
import type { PredictionFragment } from '../../graphql/generated/graphql.js';
import { Picture } from '../../ui/picture.js';
import { Term } from '../../ui/term.js';
import styles from './mistakes.module.css';

/** A picture, what it is, and what the model said. */
export function MistakeCard({ prediction }: { readonly prediction: PredictionFragment }) {
  const { item, actual, predicted, loss, actualProbability, predictedProbability } = prediction;
  return (
    <li className={styles['card']}>
      <Picture src={item.imageUrl} alt={`${actual}, from ${item.source}`} title={item.source} />
      <dl>
        <Chance name="is" label={actual} share={actualProbability} />
        {predicted !== actual && (
          <Chance name="said" label={predicted} share={predictedProbability} mistaken />
        )}
        <div className={styles['loss']}>
          <dt>
            <Term word="loss" />
          </dt>
          <dd>{formatLoss(toNumber(loss))}</dd>
        </div>
      </dl>
    </li>
  );
}

function Chance({
  name,
  label,
  share,
  mistaken = false,
}: {
  readonly name: string;
  readonly label: string;
  readonly share: number;
  readonly mistaken?: boolean;
}) {
  return (
    <div className={styles['chance']}>
      <dt>
        <span className="quiet">{name}</span> <b title={label}>{label}</b>
      </dt>
      <dd>{formatShare(share)}</dd>
      <i
        className={mistaken ? styles['mistaken'] : undefined}
        style={{ width: `${share * 100}%` }}
      />
    </div>
  );
}
