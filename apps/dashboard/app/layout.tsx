import type { Metadata, Viewport } from 'next';
import { headers } from 'next/headers';
import type { ReactNode } from 'react';
import { ConnectionBar } from '../src/features/shell/connection-bar.js';
import { SiteHeader } from '../src/features/shell/site-header.js';
import { DataProvider } from '../src/graphql/provider.js';
import { Definitions } from '../src/ui/definitions.js';
import { themeScript } from '../src/ui/theme.js';
import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/jetbrains-mono/wght.css';
import 'uplot/dist/uPlot.min.css';
import '../src/ui/tokens.css';
import '../src/ui/base.css';

export const metadata: Metadata = {
  title: { default: 'Whetstone', template: '%s · Whetstone' },
  description: 'Fine-tunes image classifiers and shows every batch as it happens',
};

export const viewport: Viewport = { width: 'device-width', initialScale: 1 };

export default async function Layout({ children }: { readonly children: ReactNode }) {
  const nonce = (await headers()).get('x-nonce') ?? '';
  return (
    <html lang="en" suppressHydrationWarning>
      <head>
        <script
          nonce={nonce}
          suppressHydrationWarning
          dangerouslySetInnerHTML={{ __html: themeScript }}
        />
      </head>
      <body>
        <DataProvider>
          <SiteHeader />
          <ConnectionBar />
          {children}
        </DataProvider>
        <Definitions />
      </body>
    </html>
  );
}
