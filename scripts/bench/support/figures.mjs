/** The middle value; the mean of the two middle ones of an even number. */
export function median(values) {
  return percentile(values, 50);
}

/** Value below which `percent` per cent lie, between two neighbours in proportion. */
export function percentile(values, percent) {
  const sorted = values.toSorted((a, b) => a - b);
  const place = ((sorted.length - 1) * percent) / 100;
  const low = sorted[Math.floor(place)];
  return low + (sorted[Math.ceil(place)] - low) * (place % 1);
}

/** Collects what was measured against what is demanded. */
export function createVerdict() {
  let failed = 0;
  return {
    /** Prints one line: PASS or FAIL, the figure, and what is demanded. */
    judge(title, holds, figure, demand) {
      if (!holds) failed += 1;
      console.log(`${holds ? 'PASS' : 'FAIL'}  ${title}: ${figure} (${demand})`);
    },
    /** A figure that is only shown. */
    show(title, figure) {
      console.log(`      ${title}: ${figure}`);
    },
    get exitCode() {
      return failed === 0 ? 0 : 1;
    },
  };
}

/** "12.3 ms" */
export function ms(value, digits = 1) {
  return `${value.toFixed(digits)} ms`;
}

/** "12.3 MiB" */
export function mib(bytes) {
  return `${(bytes / 1024 ** 2).toFixed(1)} MiB`;
}
