/**
 * type-graphql insists on a `Reflect.getMetadata`, which it asks for types that nobody spelled out.
 * Here every type is spelled out, so the answer is always "not known".
 */
if (!('getMetadata' in Reflect)) {
  Object.assign(Reflect, { getMetadata: () => undefined });
}
