import type { Metadata } from 'next';
import { LoginForm } from '../../src/features/login/login-form.js';
import { Page, PageTitle } from '../../src/features/shell/page.js';

export const metadata: Metadata = { title: 'Log in' };

interface LoginPageProps {
  readonly searchParams: Promise<Readonly<Record<string, string | string[] | undefined>>>;
}

export default async function LoginPage({ searchParams }: LoginPageProps) {
  const { next } = await searchParams;
  return (
    <Page narrow>
      <PageTitle title="Log in" />
      <LoginForm next={typeof next === 'string' ? next : '/'} />
    </Page>
  );
}
