/**
 * Brings in what the program needs and what is missing: npm packages, the native engine, pretrained
 * weights, demo images. A second call changes nothing.
 *
 *   npm run setup
 *   npm run setup -- --only weights
 */
import { parseArgs } from 'node:util';
import { ensureSetup } from './setup/ensure-setup.mjs';
import { exitOnSignals, SetupError } from './setup/run-command.mjs';

exitOnSignals();
const { values } = parseArgs({ options: { only: { type: 'string' }, help: { type: 'boolean' } } });
if (values.help) {
  console.log('npm run setup [-- --only dependencies|native-engine|weights|demo-images]');
  process.exit(0);
}
try {
  await ensureSetup({ verbose: true, ...(values.only && { only: values.only }) });
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  console.error(`\nSet-up stopped. ${error.message}`);
  process.exit(1);
}
