import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createHtmlWriter } from './html.ts';
import { htmlStyle } from './html-style.ts';
import { hostileTarget } from './testing/hostile-report.ts';
import { render } from './testing/render.ts';
import { sampleTarget } from './testing/sample-report.ts';
import { parseXml, type XmlElement } from './testing/xml.ts';

const ALLOWED = /^(?:section|h2|h3|p|ul|li|code|pre|mark|details|summary|div|span|em|strong|dl|dt|dd)$/;

function page(targets = [sampleTarget()]): string {
  return render(createHtmlWriter({ version: '0.0.0' }), targets);
}

/** What stands behind the filters, as a tree: the page closes every element there. */
function content(html: string): XmlElement {
  const body = html.slice(html.indexOf('</fieldset>') + '</fieldset>'.length, html.indexOf('</main>'));
  return parseXml(`<main>${body}</main>`);
}

function elements(element: XmlElement): XmlElement[] {
  return [element, ...element.children.flatMap(elements)];
}

function textOf(element: XmlElement): string {
  return element.text + element.children.map(textOf).join(' ');
}

test('a deployment with everything', () => {
  expect(page().replace(htmlStyle, '')).toMatchSnapshot();
});

test('it needs nothing from elsewhere, and no script', () => {
  const html = page();
  expect(html).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
  expect(html).not.toMatch(/<script|<link|<img|\bsrc=|\burl\(|@import|\bon\w+=/i);
});

test('every filter hides something', () => {
  const ids = [...page().matchAll(/id="show-(\w+)"/g)].map((match) => match[1]);
  expect(ids).toEqual(['critical', 'high', 'medium', 'low', 'fixable', 'unfixable', 'others']);
  for (const id of ids) expect(htmlStyle).toContain(`#show-${id}:not(:checked)`);
});

/** Contrast of two colours by WCAG 2: 1 to 21. */
function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].toSorted((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const long = colour.length === 4 ? colour.replaceAll(/[\da-f]/g, '$&$&') : colour;
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(long.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

test('all text has enough contrast, in light, dark and on paper', () => {
  const palettes = [...htmlStyle.matchAll(/:root \{([^}]*--page:[^}]*)\}/g)].map((match) =>
    Object.fromEntries(
      [...(match[1] ?? '').matchAll(/--(\w+): (#[\da-f]+)/g)].map(([, name, value]) => [name, value]),
    ),
  );
  expect(palettes).toHaveLength(3);
  for (const palette of palettes) {
    for (const text of ['text', 'quiet', 'link', 'critical', 'high', 'medium', 'low', 'good'])
      for (const ground of ['page', 'card'])
        expect(contrast(palette[text] ?? '', palette[ground] ?? ''), `${text} on ${ground}`).toBeGreaterThan(
          4.5,
        );
    expect(contrast(palette['text'] ?? '', palette['mark'] ?? '')).toBeGreaterThan(4.5);
  }
});

test('whatever a report holds, it is text', () => {
  fc.assert(
    fc.property(fc.array(hostileTarget, { maxLength: 2 }), (targets) => {
      const html = page(targets);
      // oxlint-disable-next-line no-control-regex -- control characters are what must not be there
      expect(html).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202E\u2066]/);
      const main = content(html);
      for (const { name, attributes } of main.children.flatMap(elements)) {
        expect(name).toMatch(ALLOWED);
        for (const key of Object.keys(attributes))
          expect(['class', 'style', 'open', 'id', 'aria-label', 'title']).toContain(key);
      }
      expect(main.children.filter(({ name }) => name === 'section')).toHaveLength(targets.length + 1);
    }),
  );
});

test('the line is whole, with the marked part', () => {
  const main = content(page());
  const pre = elements(main).find(({ name }) => name === 'pre');
  expect(pre && elements(pre).find(({ name }) => name === 'mark')?.text).toBe(
    '/var/run/docker.sock:/var/run/docker.sock',
  );
  expect(textOf(main)).toContain('No check can prove');
});
