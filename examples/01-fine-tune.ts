/** Chapter 5 of the fast.ai book: node --import tsx examples/01-fine-tune.ts FOLDER [SIZE] */
import * as whetstone from '@whetstone/training';

const [folder = 'images/pets', size = '128'] = process.argv.slice(2);
await whetstone.useNativeEngine();
const body = whetstone.architecture('tf_efficientnet_lite0');

const pets = whetstone.dataBlock({
  items: whetstone.imageFiles,
  label: whetstone.parentLabel,
  split: whetstone.randomSplitter({ valid: 0.2, seed: 42 }),
  ...whetstone.presizing({ imageSize: Number(size), statistics: body }),
});
console.log(String(await pets.summary(folder)));

const loaders = await pets.loaders(folder, { batchSize: 32 });
const learner = await whetstone.visionLearner(loaders, { architecture: body });

const { learningRate } = await whetstone.findLearningRate(learner);
await whetstone.fineTune(learner, 3, { learningRate: learningRate ?? 2e-3 });

const mistakes = await whetstone.interpret(learner);
console.table(mistakes.mostConfused({ top: 5 }));
await whetstone.saveLearner(learner, 'pets-learner');
learner.dispose();
