/** A run of the engine alone in a process of its own: `engine-alone.ts JOB`. Prints when each batch ended, as JSON. */
import { type RunJob, trainRun, useNativeEngine } from '@whetstone/training';

await useNativeEngine();
const times: number[] = [];
await trainRun(JSON.parse(process.argv[2]!) as RunJob, {
  event: (event) => {
    if (event.type === 'batches') times.push(...event.times);
  },
  predictions: () => undefined,
  bestWeights: () => undefined,
});
process.stdout.write(JSON.stringify(times), () => process.exit(0));
