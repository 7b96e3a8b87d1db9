import { SelectField } from '../../ui/field.js';
import { checkpointName } from '../run/checkpoint-name.js';
import type { Origin } from './repeat-settings.js';
import type { FormPart } from './run-form-view.js';

interface CheckpointFieldProps extends FormPart {
  readonly origin: Origin;
}

/** What the network knows when the run begins: what another run had learned, or what it came with. */
export function CheckpointField({ values, errors, onChange, origin }: CheckpointFieldProps) {
  return (
    <SelectField
      label="Begin with"
      value={values.from}
      error={errors.from}
      hint="The new run keeps a copy; the other one may be deleted."
      onChange={({ target }) => {
        const isAfresh = target.value === '' && values.recipe === 'EXTEND';
        onChange({ from: target.value, ...(isAfresh && { recipe: 'FINE_TUNE' }) });
      }}
    >
      {origin.checkpoints.toReversed().map((checkpoint) => (
        <option key={checkpoint.id} value={checkpoint.id}>
          {origin.name}, {checkpointName(checkpoint)}
        </option>
      ))}
      <option value="">Pretrained weights, without what was learned</option>
    </SelectField>
  );
}
