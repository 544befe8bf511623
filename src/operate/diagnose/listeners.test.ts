import { describe, expect, it } from 'vitest';
import { FakeFiles } from '../../ports/fake/fake-files.ts';
import { listeningAddresses, parseListeners } from './listeners.ts';

const TCP = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000:7112 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1 0000000000000000 100 0 0 10 0
   1: 0100007F:7111 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 2 1 0000000000000000 100 0 0 10 0
   2: 0100007F:7111 0100007F:C001 01 00000000:00000000 00:00000000 00000000     0        0 3 1 0000000000000000 100 0 0 10 0
`;
const TCP6 = `  sl  local_address remote_address st
   0: 00000000000000000000000000000000:7112 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4 1
`;

describe('listeners of this host', () => {
  it('are those that listen, as the kernel lists them', () => {
    expect(parseListeners(TCP)).toEqual([
      { address: '0.0.0.0', port: 28_946 },
      { address: '127.0.0.1', port: 28_945 },
    ]);
  });

  it('are those on the ports that were asked for', async () => {
    const files = new FakeFiles();
    files.put('/proc/net/tcp', TCP).put('/proc/net/tcp6', TCP6);
    expect(await listeningAddresses(files, new Set([28_946]))).toEqual(['0.0.0.0:28946', '[::]:28946']);
    expect(await listeningAddresses(new FakeFiles(), new Set([1]))).toEqual([]);
  });
});
