import { htmlStyle } from './html-style.ts';

/**
 * The beginning of a page that loads nothing and runs nothing, up to its content.
 * @param title plain HTML text
 * @param style CSS beside that of all pages
 */
export function htmlHead(title: string, style = ''): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${htmlStyle}${style}</style>
</head>
<body>
<main>`;
}
