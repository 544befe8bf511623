/** Failed checks in a row after which a gateway that had answered before is ended. */
const failuresBeforeEnd = 3;

/**
 * A health check that fits into a compose file: it asks /healthz, and when a gateway that had answered before does not
 * three times in a row, ends it, so that the restart policy starts it anew. It needs Node, an init process as process 1
 * and a writable /tmp, runs as the gateway's own user and needs no capability. A gateway that never answered is left alone:
 * its port may be another one. It holds neither a dollar, which Compose would interpolate, nor a line break.
 * @param port where the gateway listens; undefined = what OPENCLAW_GATEWAY_PORT says, or else OpenClaw's own
 */
export function inlineHealthCheck(port?: number): string {
  const where = port === undefined ? 'process.env.OPENCLAW_GATEWAY_PORT||18789' : String(port);
  return [
    `const fs=require('fs'),F='/tmp/.gateway-health';`,
    `const ask=require('http').get({host:'127.0.0.1',port:${where},path:'/healthz',timeout:5000},r=>{r.resume();end(r.statusCode===200)});`,
    `ask.on('timeout',()=>ask.destroy());ask.on('error',()=>end(false));setTimeout(end,6000,false);`,
    `function read(f){try{return fs.readFileSync(f,'utf8')}catch{return ''}}`,
    `function end(ok){`,
    // Fields of proc(5) behind the name: 2 = parent, 20 = start time, which tells one gateway from the next.
    `const g=fs.readdirSync('/proc').filter(n=>n>1).map(n=>{const s=read('/proc/'+n+'/stat'),f=s.slice(s.lastIndexOf(')')+2).split(' ');return{n:+n,parent:f[1],start:+f[19]}}).filter(p=>p.parent==='1').sort((a,b)=>a.start-b.start)[0];`,
    `let m={};try{m=JSON.parse(read(F))}catch{}`,
    `if(!g||m.start!==g.start)m={start:g&&g.start,fails:0,wasUp:false};`,
    `m.fails=ok?0:m.fails+1;m.wasUp=m.wasUp||ok;`,
    `try{fs.writeFileSync(F,JSON.stringify(m))}catch{}`,
    // Without an init the oldest child of process 1 is no gateway, and process 1 itself cannot be ended from inside.
    `if(g&&m.wasUp&&m.fails>=${failuresBeforeEnd}&&/init|tini/.test(read('/proc/1/comm'))){console.log(m.fails+' checks without an answer: ending process '+g.n);process.kill(g.n,'SIGKILL')}`,
    `process.exit(ok?0:1)}`,
  ].join('');
}
