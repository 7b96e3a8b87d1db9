import Link from 'next/link';
import type { ComponentProps } from 'react';
import styles from './button.module.css';

interface Looks {
  /** `primary` for the one thing a page is for. */
  readonly look?: 'primary' | 'plain' | 'bare';
  readonly small?: boolean;
}

function classes({ look = 'plain', small = false }: Looks, className: string | undefined): string {
  return [styles['button'], styles[look], small && styles['small'], className]
    .filter(Boolean)
    .join(' ');
}

export function Button({
  look,
  small,
  className,
  type = 'button',
  ...rest
}: ComponentProps<'button'> & Looks) {
  return (
    <button
      {...rest}
      type={type}
      className={classes({ ...(look && { look }), ...(small && { small }) }, className)}
    />
  );
}

/** A link that looks like a button: it leads somewhere and changes nothing. */
export function ButtonLink({
  look,
  small,
  className,
  ...rest
}: ComponentProps<typeof Link> & Looks) {
  return (
    <Link
      {...rest}
      className={classes({ ...(look && { look }), ...(small && { small }) }, className)}
    />
  );
}
