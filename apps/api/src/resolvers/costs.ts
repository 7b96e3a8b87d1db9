interface CostArguments {
  readonly args: Record<string, unknown>;
  readonly childComplexity: number;
}

/** A page costs as much as its entries. */
export function listCost({ args, childComplexity }: CostArguments): number {
  const size = args['first'] ?? args['last'] ?? 20;
  return 1 + childComplexity * (typeof size === 'number' && size > 0 ? Math.min(size, 1000) : 1);
}

/** What reads files or folds long columns costs as much as twenty plain fields. */
export function heavyCost({ childComplexity }: CostArguments): number {
  return 20 + childComplexity;
}
