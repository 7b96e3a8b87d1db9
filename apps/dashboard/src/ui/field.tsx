import { type ComponentProps, type ReactNode, useId } from 'react';
import styles from './field.module.css';

interface FieldProps {
  readonly label: ReactNode;
  /** A reason to change it, or what it does. */
  readonly hint?: ReactNode;
  /** What is wrong with what was typed. */
  readonly error?: string | undefined;
}

type Described = { id: string; 'aria-describedby'?: string; 'aria-invalid'?: boolean };

function useField({ hint, error }: FieldProps): {
  described: Described;
  hintId: string;
  errorId: string;
} {
  const id = useId();
  const hintId = `${id}-hint`;
  const errorId = `${id}-error`;
  const described = [error !== undefined && errorId, hint !== undefined && hintId].filter(Boolean);
  return {
    hintId,
    errorId,
    described: {
      id,
      ...(described.length > 0 && { 'aria-describedby': described.join(' ') }),
      ...(error !== undefined && { 'aria-invalid': true }),
    },
  };
}

function Frame({
  field,
  ids,
  children,
}: {
  readonly field: FieldProps;
  readonly ids: ReturnType<typeof useField>;
  readonly children: ReactNode;
}) {
  return (
    <div className={styles['field']}>
      <label htmlFor={ids.described.id}>{field.label}</label>
      {children}
      {field.error !== undefined && (
        <p id={ids.errorId} className={styles['error']} role="alert">
          {field.error}
        </p>
      )}
      {field.hint !== undefined && (
        <p id={ids.hintId} className={styles['hint']}>
          {field.hint}
        </p>
      )}
    </div>
  );
}

/** A line to type into, with its label, a hint, and what is wrong with it. */
export function TextField({ label, hint, error, ...input }: FieldProps & ComponentProps<'input'>) {
  const field = { label, ...(hint !== undefined && { hint }), error };
  const ids = useField(field);
  return (
    <Frame field={field} ids={ids}>
      <input className={styles['input']} autoComplete="off" {...input} {...ids.described} />
    </Frame>
  );
}

/** A choice among a few, with its label, a hint, and what is wrong with it. */
export function SelectField({
  label,
  hint,
  error,
  ...select
}: FieldProps & ComponentProps<'select'>) {
  const field = { label, ...(hint !== undefined && { hint }), error };
  const ids = useField(field);
  return (
    <Frame field={field} ids={ids}>
      <select className={styles['input']} {...select} {...ids.described} />
    </Frame>
  );
}
