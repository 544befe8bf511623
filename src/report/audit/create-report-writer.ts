import type { ReportWriter } from '../../audit/report-writer.ts';
import type { Style } from '../style.ts';
import { createTextWriter } from './text.ts';

export const auditFormats = ['text', 'json', 'sarif', 'junit', 'markdown', 'html', 'github'] as const;

export type AuditFormat = (typeof auditFormats)[number];

export interface ReportWriterOptions {
  /** clawproof's own version. */
  version: string;
  /** Colours of the text format; none when absent. */
  style?: Style;
  /** Columns of the terminal, for the text format; 100 when absent, and never taken for less than 40 or more than 200. */
  columns?: number;
  /** Show what holds, what was not looked at and what is suppressed, one by one. Data formats always do. */
  verbose?: boolean;
  /** Absolute path of the current folder, with forward slashes; SARIF names it as the root of all relative paths. */
  root?: string;
}

const loaders: Readonly<Record<AuditFormat, (options: ReportWriterOptions) => Promise<ReportWriter>>> = {
  // What people read mostly is there at once.
  text: async (options) => createTextWriter(options),
  json: async (options) => (await import('./json.ts')).createJsonWriter(options),
  sarif: async (options) => {
    const [{ createSarifWriter }, { measures }, { readmes }] = await Promise.all([
      import('./sarif.ts'),
      import('../../measures/registry.generated.ts'),
      import('../../measures/readmes.generated.ts'),
    ]);
    return createSarifWriter({ ...options, measures, readmes });
  },
  junit: async () => (await import('./junit.ts')).createJunitWriter(),
  markdown: async (options) => (await import('./markdown.ts')).createMarkdownWriter(options),
  html: async (options) => (await import('./html.ts')).createHtmlWriter(options),
  github: async () => (await import('./github.ts')).createGithubWriter(),
};

/** The writer of a format; each is loaded only when it is asked for. */
export async function createReportWriter(
  format: AuditFormat,
  options: ReportWriterOptions,
): Promise<ReportWriter> {
  return loaders[format](options);
}
