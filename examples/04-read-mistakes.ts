/** What a saved learner gets wrong, and why: examples/04-read-mistakes.ts LEARNER FOLDER */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  architecture,
  dataBlock,
  explainLoss,
  formatClassificationReport,
  interpret,
  learnerFrom,
  loadLearner,
  overlayHeatMap,
  parentLabel,
  presizing,
  randomSplitter,
  toContactSheet,
  useNativeEngine,
} from '@whetstone/training';

const [saved = 'pets-learner', folder = 'images/pets', out = 'mistakes.png'] =
  process.argv.slice(2);
await useNativeEngine();
const classifier = await loadLearner(saved);
const { imageSize } = classifier.preprocessing;
const photos = dataBlock({
  label: parentLabel,
  split: randomSplitter({ valid: 0.2, seed: 42 }),
  ...presizing({ imageSize, statistics: architecture('tf_efficientnet_lite0') }),
});
const loaders = await photos.loaders(folder);
const mistakes = await interpret(learnerFrom(classifier, loaders));

console.log(formatClassificationReport(mistakes.classificationReport()));
console.table(mistakes.mostConfused({ top: 5 }));

const pictures = [];
for (const { item, actual, predicted } of mistakes.topLosses(3)) {
  const file = loaders.items[item]!.path;
  const { prediction, heatMap, image } = await classifier.explain(file, { label: predicted });
  const { actualProbability, loss } = explainLoss(
    prediction.logits,
    classifier.vocab.indexOf(actual),
  );
  const reason = `-ln ${actualProbability.toFixed(4)} = ${loss.toFixed(3)}`;
  console.log(`${path.basename(file)} is ${actual}, the model says ${predicted}: ${reason}`);
  pictures.push(image, await overlayHeatMap(image, heatMap));
}
await writeFile(out, await toContactSheet(pictures, { columns: 2 }));
classifier.dispose();
