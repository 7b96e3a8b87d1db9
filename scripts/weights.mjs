/**
 * Brings in pretrained weights that set-up does not bring by itself. A second call changes nothing.
 *
 *   node scripts/weights.mjs tf_efficientnet_lite1
 */
import { ensureSteps } from './setup/ensure-setup.mjs';
import { exitOnSignals, SetupError } from './setup/run-command.mjs';
import { weightsStep } from './setup/weights.mjs';

exitOnSignals();
const names = process.argv.slice(2);
try {
  if (names.length === 0) throw new SetupError('Expected the name of an architecture');
  const steps = names.map((name) => weightsStep(name));
  await ensureSteps(steps, { verbose: true });
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  console.error(`\nSet-up stopped. ${error.message}`);
  process.exit(1);
}
