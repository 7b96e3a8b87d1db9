import type { ComponentProps } from 'react';

type PictureProps = Omit<ComponentProps<'img'>, 'alt' | 'src' | 'loading'> & {
  readonly src: string;
  readonly alt: string;
};

/** A square picture from the API, loaded when it comes into view. */
export function Picture(props: PictureProps) {
  return (
    // eslint-disable-next-line @next/next/no-img-element -- The API serves pictures in the size that was asked for; nothing is left to optimise.
    <img width={256} height={256} decoding="async" {...props} alt={props.alt} loading="lazy" />
  );
}
