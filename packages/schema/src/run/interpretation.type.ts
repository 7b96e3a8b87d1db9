import { Field, Float, Int, ObjectType } from 'type-graphql';
import { Item } from '../dataset/item.type.js';
import { PageInfo } from '../paging/page-info.type.js';
import { MetricValue } from '../scalars/metric-value.js';

@ObjectType({ description: 'What the model said about one item.' })
export class ItemPrediction {
  @Field(() => Item, { description: 'The item.' })
  readonly item!: Item;

  @Field(() => String, { description: 'Its label.' })
  readonly actual!: string;

  @Field(() => String, { description: 'What the model said.' })
  readonly predicted!: string;

  @Field(() => MetricValue, { description: 'Cross-entropy of the item.' })
  readonly loss!: number;

  @Field(() => Float, { description: 'Probability that the model gave to the label.' })
  readonly actualProbability!: number;

  @Field(() => Float, { description: 'Probability that the model gave to what it said.' })
  readonly predictedProbability!: number;
}

@ObjectType({ description: 'A prediction and its place in a list.' })
export class ItemPredictionEdge {
  @Field(() => String, { description: 'Place in the list, to go on from.' })
  readonly cursor!: string;

  @Field(() => ItemPrediction, { description: 'The prediction.' })
  readonly node!: ItemPrediction;
}

@ObjectType({ description: 'A page of predictions.' })
export class ItemPredictionConnection {
  @Field(() => [ItemPredictionEdge], { description: 'The predictions of this page.' })
  readonly edges!: readonly ItemPredictionEdge[];

  @Field(() => PageInfo, { description: 'Where the page lies.' })
  readonly pageInfo!: PageInfo;

  @Field(() => Int, { description: 'Predictions in the whole list.' })
  readonly totalCount!: number;
}

@ObjectType({
  description: 'Cells of a matrix that are not empty, as columns.',
  simpleResolvers: true,
})
export class ConfusionCells {
  @Field(() => [Int], { description: 'Row of each cell: place of the label in `labels`.' })
  readonly actuals!: readonly number[];

  @Field(() => [Int], { description: 'Column of each cell: place of the prediction in `labels`.' })
  readonly predictions!: readonly number[];

  @Field(() => [Int], { description: 'Items in each cell.' })
  readonly counts!: readonly number[];
}

@ObjectType({ description: 'Two classes that the model takes for each other, in one direction.' })
export class Confusion {
  @Field(() => String, { description: 'Label.' })
  readonly actual!: string;

  @Field(() => String, { description: 'What the model said instead.' })
  readonly predicted!: string;

  @Field(() => Int, { description: 'How often.' })
  readonly count!: number;

  @Field(() => Int, { description: 'Valid items with that label.' })
  readonly actualTotal!: number;
}

@ObjectType({ description: 'How often each class was taken for which, on the valid split.' })
export class ConfusionMatrix {
  @Field(() => Int, { description: 'Epoch after which the model was judged.' })
  readonly epoch!: number;

  @Field(() => [String], { description: 'Classes, in the order of rows and columns.' })
  readonly labels!: readonly string[];

  @Field(() => Int, { description: 'Items judged.' })
  readonly total!: number;
}

@ObjectType({ description: 'How well the model knows one class.' })
export class ClassReport {
  @Field(() => String, { description: 'The class.' })
  readonly label!: string;

  @Field(() => Float, { description: 'Of what the model called so, the share that is.' })
  readonly precision!: number;

  @Field(() => Float, { description: 'Of what is, the share that the model called so.' })
  readonly recall!: number;

  @Field(() => Float, { description: 'Harmonic mean of both.' })
  readonly f1!: number;

  @Field(() => Int, { description: 'Valid items of the class.' })
  readonly support!: number;
}
