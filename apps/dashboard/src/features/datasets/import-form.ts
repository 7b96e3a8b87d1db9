import type { ImportDatasetInput } from '../../graphql/generated/graphql.js';

/** What stands in the form, as it was typed. */
export interface ImportValues {
  readonly path: string;
  readonly name: string;
  readonly validShare: string;
}

/** What is wrong, by field; `form` for what belongs to none. */
export type ImportErrors = Partial<Record<keyof ImportValues | 'form', string>>;

type Parsed =
  | { readonly input: ImportDatasetInput; readonly errors: null }
  | { readonly input: null; readonly errors: ImportErrors };

/** A name for a folder: its own. */
export function nameFor(path: string): string {
  return (
    path
      .replace(/[/\\]+$/, '')
      .split(/[/\\]/)
      .at(-1) ?? ''
  );
}

/** Turns what was typed into what the API takes. Whether the folder will do is the API's matter. */
export function parseImport({ path, name, validShare }: ImportValues): Parsed {
  const share = validShare.trim().replace(',', '.');
  const errors: ImportErrors = {
    ...(path.trim() === '' && { path: 'Expected the path of a folder on this machine' }),
    ...(share !== '' &&
      !Number.isFinite(Number(share)) && {
        validShare: `Expected a number from 0.01 to 0.9, received "${validShare.trim()}"`,
      }),
  };
  if (Object.keys(errors).length > 0) return { input: null, errors };
  const input = {
    path: path.trim(),
    name: name.trim() || nameFor(path.trim()),
    ...(share !== '' && { validShare: Number(share) }),
  };
  return { input, errors: null };
}

/** Puts what the server refused beside the field that is to blame. */
export function importErrors(field: string | null, message: string): ImportErrors {
  const known = field === 'path' || field === 'name' || field === 'validShare';
  return known ? { [field]: message } : { form: message };
}
