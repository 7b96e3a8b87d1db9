'use client';

import { X } from 'lucide-react';
import { type SyntheticEvent, useState } from 'react';
import { useMutation } from 'urql';
import { ImportDatasetDocument } from '../../graphql/generated/graphql.js';
import { errorField, errorMessage } from '../../graphql/errors.js';
import { Button } from '../../ui/button.js';
import { TextField } from '../../ui/field.js';
import { Notice } from '../../ui/notice.js';
import { Panel } from '../../ui/panel.js';
import { Term } from '../../ui/term.js';
import styles from './datasets.module.css';
import { FolderPreview } from './folder-preview.js';
import {
  type ImportErrors,
  type ImportValues,
  importErrors,
  nameFor,
  parseImport,
} from './import-form.js';
import { PathField } from './path-field.js';

/** Adds a folder of photos: where it is, what would come of it, what to call it. */
export function AddFolder({ onClose }: { readonly onClose: () => void }) {
  const [values, setValues] = useState<ImportValues>({ path: '', name: '', validShare: '' });
  const [errors, setErrors] = useState<ImportErrors>({});
  const [{ fetching }, start] = useMutation(ImportDatasetDocument);
  const change = (part: Partial<ImportValues>) => {
    setValues((known) => ({ ...known, ...part }));
    setErrors({});
  };
  const submit = async (event: SyntheticEvent) => {
    event.preventDefault();
    const parsed = parseImport(values);
    setErrors(parsed.errors ?? {});
    if (parsed.errors !== null) return;
    const { data, error } = await start({ input: parsed.input });
    if (error) setErrors(importErrors(errorField(error), errorMessage(error)));
    if (data) onClose();
  };
  return (
    <Panel
      title="Add a folder of photos"
      note="It holds one folder of photos for each thing to tell apart. Photos stay where they are."
      actions={
        <Button small look="bare" onClick={onClose}>
          <X size={16} aria-hidden />
          Close
        </Button>
      }
    >
      <form
        className={styles['add']}
        noValidate
        onSubmit={(event) => {
          void submit(event);
        }}
      >
        <PathField
          path={values.path}
          error={errors.path}
          onChange={(path) => {
            change({ path });
          }}
        />
        <FolderPreview path={values.path} />
        <div className={styles['pair']}>
          <TextField
            label="Name"
            value={values.name}
            placeholder={nameFor(values.path)}
            error={errors.name}
            hint="What to call it here."
            onChange={(event) => {
              change({ name: event.target.value });
            }}
          />
          <TextField
            label={<Term word="valid pictures">Share for validation</Term>}
            inputMode="decimal"
            value={values.validShare}
            placeholder="0.2"
            error={errors.validShare}
            hint="Pictures set aside to judge by, chosen at random: 0.01 to 0.9."
            onChange={(event) => {
              change({ validShare: event.target.value });
            }}
          />
        </div>
        {errors.form !== undefined && (
          <Notice tone="failure" title="The folder could not be added">
            {errors.form}
          </Notice>
        )}
        <div className={styles['submit']}>
          <Button look="primary" type="submit" disabled={fetching}>
            Import
          </Button>
        </div>
      </form>
    </Panel>
  );
}
