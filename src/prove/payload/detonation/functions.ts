import { existsSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import type { PayloadFunction } from '../protocol.ts';
import { stopWatch, watchProcesses } from './processes.ts';
import type { SinkReady, SinkSeen } from './record.ts';
import { readHeads, showsReads, snapshotFiles } from './snapshot.ts';

/** Runs in the twin, in the sinkhole, and beside the twin's processes. */
export const functions: Readonly<Record<string, PayloadFunction>> = {
  sinkReady,
  sinkSeen,
  snapshotFiles,
  readHeads,
  showsReads,
  watchProcesses,
  stopWatch,
};

/** Waits for the sinkhole that runs beside this. The attempt's time limit ends the wait. */
async function sinkReady(params: { readyFile: string }): Promise<SinkReady> {
  while (!existsSync(params.readyFile)) await new Promise((resolve) => setTimeout(resolve, 20));
  return JSON.parse(readFileSync(params.readyFile, 'utf8')) as SinkReady;
}

/** What reached the sinkhole that runs beside this. */
function sinkSeen(params: { control: number }): Promise<SinkSeen> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port: params.control });
    let text = '';
    socket.setEncoding('utf8');
    socket.setTimeout(10_000, () => socket.destroy(new Error('the sinkhole does not answer')));
    socket.once('error', reject);
    socket.on('data', (data: string) => (text += data));
    socket.once('end', () => {
      try {
        resolve(JSON.parse(text) as SinkSeen);
      } catch (error) {
        reject(error);
      }
    });
  });
}
