import { Field, ID, InterfaceType } from 'type-graphql';

@InterfaceType({
  description: 'Something with an identity of its own, which `node` finds again.',
  resolveType: (value: { readonly id: string }) =>
    value.id.startsWith('run_') ? 'Run' : 'Dataset',
})
export abstract class Node {
  @Field(() => ID, { description: 'Identity, unique among all kinds of things.' })
  readonly id!: string;
}
