'use client';

import { type KeyboardEvent, useId, useState } from 'react';
import { useQuery } from 'urql';
import { formatCount, plural } from '../../format/numbers.js';
import {
  DataRootsDocument,
  FoldersDocument,
  type FoldersQuery,
} from '../../graphql/generated/graphql.js';
import { TextField } from '../../ui/field.js';
import styles from './datasets.module.css';
import { useSettled } from './use-settled.js';

/** Folders with this many pictures or more are not counted to the end. */
const COUNTED_TO = 4000;

interface PathFieldProps {
  readonly path: string;
  readonly error: string | undefined;
  readonly onChange: (path: string) => void;
}

/** The path of a folder, completed from what there is on the server. */
export function PathField({ path, error, onChange }: PathFieldProps) {
  const listId = useId();
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const [roots] = useQuery({ query: DataRootsDocument });
  const [{ data }] = useQuery({
    query: FoldersDocument,
    variables: { prefix: useSettled(path, 120) },
  });
  const folders = data?.folders.filter((folder) => folder.path !== path) ?? [];
  const isOpen = open && folders.length > 0;
  const choose = (folder: Folder) => {
    // On into the folder where there are folders to choose from; a click away ends it.
    onChange(folder.folderCount > 0 && folder.imageCount === 0 ? `${folder.path}/` : folder.path);
    setActive(-1);
  };
  const steer = (event: KeyboardEvent) => {
    if (event.key === 'Escape') setOpen(false);
    if (!isOpen) return;
    if (event.key === 'ArrowDown') setActive((place) => Math.min(place + 1, folders.length - 1));
    else if (event.key === 'ArrowUp') setActive((place) => Math.max(place - 1, -1));
    else if ((event.key === 'Enter' || event.key === 'Tab') && folders[active])
      choose(folders[active]);
    else return;
    event.preventDefault();
  };
  return (
    <div className={styles['complete']}>
      <TextField
        label="Path"
        role="combobox"
        aria-expanded={isOpen}
        aria-controls={listId}
        aria-autocomplete="list"
        {...(isOpen && active >= 0 && { 'aria-activedescendant': `${listId}-${active}` })}
        spellCheck={false}
        value={path}
        error={error}
        placeholder={roots.data?.system.dataRoots[0] ?? '/'}
        hint={rootsHint(roots.data?.system.dataRoots ?? [])}
        onChange={(event) => {
          onChange(event.target.value);
          setActive(-1);
          setOpen(true);
        }}
        onFocus={() => {
          setOpen(true);
        }}
        onBlur={() => {
          setOpen(false);
        }}
        onKeyDown={steer}
      />
      <ul
        id={listId}
        role="listbox"
        aria-label="Folders"
        hidden={!isOpen}
        className={styles['folders']}
      >
        {folders.map((folder, place) => (
          <li
            key={folder.path}
            id={`${listId}-${place}`}
            role="option"
            aria-selected={place === active}
            // The field keeps the focus, so that the list stays.
            onPointerDown={(event) => {
              event.preventDefault();
              choose(folder);
            }}
          >
            <span>{folder.path}</span>
            <span className="quiet">{contentsOf(folder)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

type Folder = FoldersQuery['folders'][number];

function contentsOf({ imageCount, folderCount }: Folder): string {
  const images =
    imageCount >= COUNTED_TO
      ? `more than ${formatCount(COUNTED_TO)} pictures`
      : plural(imageCount, 'picture');
  return folderCount === 0 ? images : `${plural(folderCount, 'folder')}, ${images}`;
}

function rootsHint(roots: readonly string[]): string {
  if (roots.length === 0) return 'A folder on the machine that runs the server.';
  return `A folder on the machine that runs the server, inside ${roots.join(' or ')}.`;
}
