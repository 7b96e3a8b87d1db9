/** The fields of a type of the schema as plain, read-only data: resolvers return records, not instances. */
export type Data<Type> = Type extends readonly (infer Entry)[]
  ? readonly Data<Entry>[]
  : Type extends object
    ? { readonly [Field in keyof Type]: Data<Type[Field]> }
    : Type;
