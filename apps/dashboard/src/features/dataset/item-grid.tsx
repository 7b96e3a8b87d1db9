'use client';

import { useState } from 'react';
import {
  DatasetItemsDocument,
  type DatasetItemsQuery,
  type Split,
} from '../../graphql/generated/graphql.js';
import { errorMessage } from '../../graphql/errors.js';
import { useFreshQuery } from '../../graphql/use-fresh-query.js';
import { plural } from '../../format/numbers.js';
import { Button } from '../../ui/button.js';
import { Notice } from '../../ui/notice.js';
import { Picture } from '../../ui/picture.js';
import styles from './dataset.module.css';

const PAGE_SIZE = 60;

interface ItemFilter {
  readonly datasetId: string;
  readonly label: string | null;
  readonly split: Split | null;
}

/** The pictures of a dataset, page by page. */
export function ItemGrid(filter: ItemFilter) {
  const [pages, setPages] = useState(1);
  return (
    <ul className={styles['items']}>
      <ItemPage
        {...filter}
        after={null}
        pages={pages}
        onMore={() => {
          setPages(pages + 1);
        }}
      />
    </ul>
  );
}

interface ItemPageProps extends ItemFilter {
  readonly after: string | null;
  /** Pages to show from here on. */
  readonly pages: number;
  readonly onMore: () => void;
}

function ItemPage({ datasetId, label, split, after, pages, onMore }: ItemPageProps) {
  const { data, error } = useFreshQuery({
    query: DatasetItemsDocument,
    variables: { id: datasetId, first: PAGE_SIZE, after, label, split },
    requestPolicy: 'cache-first',
  });
  if (error) {
    return (
      <li className={styles['message']}>
        <Notice tone="failure" title="The pictures could not be read">
          {errorMessage(error)}
        </Notice>
      </li>
    );
  }
  const items = data?.dataset?.items;
  if (items === undefined) return <li className={styles['message']}>Reading the pictures</li>;
  if (items.totalCount === 0)
    return <li className={styles['message']}>There is none of this kind.</li>;
  const { edges, pageInfo, totalCount } = items;
  return (
    <>
      {edges.map(({ node }) => (
        <ItemPicture key={node.id} item={node} />
      ))}
      {pageInfo.hasNextPage &&
        (pages > 1 ? (
          <ItemPage
            {...{ datasetId, label, split, onMore }}
            after={pageInfo.endCursor}
            pages={pages - 1}
          />
        ) : (
          <li className={styles['message']}>
            <Button onClick={onMore}>Load more of {plural(totalCount, 'picture')}</Button>
          </li>
        ))}
    </>
  );
}

type Item = NonNullable<DatasetItemsQuery['dataset']>['items']['edges'][number]['node'];

function ItemPicture({ item }: { readonly item: Item }) {
  const { label, source, width, height, split } = item;
  return (
    <li>
      <Picture src={item.imageUrl} alt={label} title={`${source}, ${width} × ${height}`} />
      <span title={label}>{label}</span>
      {split === 'VALID' && <em title="Set aside to judge by">valid</em>}
    </li>
  );
}
