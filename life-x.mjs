import { PGlite } from '@electric-sql/pglite';
import fs from 'node:fs';
const D='/tmp/tm';
const free=()=>{const s=fs.statfsSync(D);return s.bavail*s.bsize;};
const a = await PGlite.create({dataDir:D+'/pg', onStderr:(t)=>{ if(/PANIC|FATAL|space|ERROR/.test(t)) console.log('STDERR',t);return false;} , });
const mod=a.Module; const orig=mod._PostgresMainLoopOnce; let n=0;
mod._PostgresMainLoopOnce=()=>{ try { return orig(); } catch(e) { if (e.status!==100 || n++<3) console.log('LOOP', e?.constructor?.name, e?.status, String(e?.message).slice(0,200)); if (++n>12) { console.log('spinning; exit'); process.exit(3);} throw e; } };
await a.exec('create table t(id int primary key, x text)');
console.log('free', free());
fs.writeFileSync(D+'/ballast', Buffer.alloc(free()- (Number(process.argv[2]??20))*1024*1024));
console.log('free', free());
let i=0;
for(;;){ try { await a.query(`insert into t select g, repeat('x',500) from generate_series($1::int,$2::int) g`,[i,i+999]); i+=1000; } catch(e) { console.log('ERR', e.code, e.message, i, free()); n=0; if (++globalThis.errs>3) break; globalThis.errs??=0; try { console.log(await a.query('select count(*) from t')); } catch(e) { console.log('READ ERR',e.message); } if(globalThis.errs>3) break; await new Promise(r=>setTimeout(r,100)); } }
