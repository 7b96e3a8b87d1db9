/** Words that a beginner may not know, each with a definition in one sentence. */
export const glossary = {
  accuracy: 'The share of valid pictures that the model names right.',
  architecture: 'The shape of the network: its kinds of layers, how many, and how they connect.',
  'batch size': 'How many pictures the model looks at before it corrects itself once.',
  'confusion matrix':
    'A table of what pictures are (rows) against what the model said (columns); everything off the diagonal is a mistake.',
  epoch: 'One pass over all pictures that the model learns from.',
  'error rate': 'The share of valid pictures that the model names wrong.',
  F1: 'One number for precision and recall together: their harmonic mean, 1 at best.',
  frozen: 'Kept as it is: frozen layers work, but do not learn.',
  head: 'The last layers, made new for your classes; everything before them is the body.',
  'layer group': 'Layers that learn at the same rate; the first see edges, the last see things.',
  'learning rate':
    'How far the model moves at each correction: too low is slow, too high falls apart.',
  'learning-rate finder':
    'A short trial that raises the learning rate from tiny to huge and watches the loss; nothing of it is kept but the curve.',
  loss: 'How wrong the model is, as the number that training pushes down; 0 would be certain and right.',
  momentum: 'How much of its last direction a correction keeps.',
  'most confused': 'The pairs of classes that are mistaken for each other most often.',
  precision: 'Of the pictures that the model gives this name, the share that deserve it.',
  recall: 'Of the pictures that deserve this name, the share that the model gives it.',
  seed: 'The number from which everything random follows: the same seed gives the same run.',
  'smoothed loss': 'A running average of the loss, which shows the trend under the noise.',
  'standard error':
    'How far a figure typically lies from the truth by chance alone, as so few pictures were looked at.',
  step: 'One correction of the model, after one batch of pictures.',
  support: 'How many valid pictures of a class there are.',
  'top losses': 'The pictures that the model was most wrong about: the first ones to look at.',
  'valid pictures': 'Pictures set aside: the model never learns from them and is judged by them.',
} as const;

export type GlossaryWord = keyof typeof glossary;
