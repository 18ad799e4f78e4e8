import path from 'node:path';
import { useImporting, useService } from '../harness/importing';

describe('what npm run sales:import asks, and keeps in a layout', () => {
  const importing = useImporting();
  const service = useService(importing);

  it('keeps a layout, and asks no more for its store', async () => {
    const { file, folder } = importing();
    const layout = path.join(folder, 'store.yaml');
    const header = '영업일자,메뉴,금액,금액';
    importing().write([header, '2026-10-03,차,1,2']);
    const first = await service.run('--amount-column', 'D', '--yes', '--save-layout', layout, file);
    expect([first.code, first.stdout]).toEqual([0, expect.stringContaining('amount      D "금액"')]);
    importing().write([header, '2026-10-04,차,1,2']);
    expect(await service.run('--layout', layout, file)).toMatchObject({ code: 0, stderr: '' });
    expect(await service.days()).toEqual({ '2026-10-03': [2, 1], '2026-10-04': [2, 1] });
  });

  it('asks what a list of days is, and keeps the answer', async () => {
    const { file, folder } = importing();
    const layout = path.join(folder, 'store.yaml');
    importing().write(['영업일자,매출액', '2026-10-03,1', '2026-10-04,2', '합계,3']);
    const asks = 'Say --replace-days, so that each day becomes what the file says; or --add-days';
    expect(await service.run('--yes', file)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(asks) as string,
    });
    expect(await service.run('--dry-run', file)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(asks) as string,
    });
    expect(await service.days()).toEqual({});
    expect(await service.run('--add-days', '--save-layout', layout, file)).toMatchObject({
      code: 0,
      stderr: '',
    });
    expect(await service.run('--layout', layout, file)).toMatchObject({ code: 0, stderr: '' });
    expect(await service.days()).toEqual({ '2026-10-03': [1, 1], '2026-10-04': [2, 1] });
  });

  it('asks whether an amount is that of each line, and keeps the answer', async () => {
    const { file, folder } = importing();
    const layout = path.join(folder, 'store.yaml');
    const header = '주문일자,주문번호,메뉴,상품금액,결제금액';
    importing().write([header, '2026-10-03,1,국수,9,14', '2026-10-03,1,만두,5,14']);
    expect(await service.run('--yes', file)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('so nothing was imported: say --amounts receipt') as string,
    });
    const once = ['--amounts', 'receipt', '--yes', '--save-layout', layout, file];
    expect(await service.run(...once)).toMatchObject({ code: 0, stderr: '' });
    importing().write([header, '2026-10-04,2,국수,9,14', '2026-10-04,2,만두,5,14']);
    expect(await service.run('--layout', layout, file)).toMatchObject({ code: 0, stderr: '' });
    expect(await service.days()).toEqual({ '2026-10-03': [14, 1], '2026-10-04': [14, 1] });
  });

  it('refuses a file of several stores', async () => {
    const { file } = importing();
    importing().write(['영업일자,매장명,금액', '2026-10-03,강남,1', '2026-10-03,판교,2']);
    expect(await importing().run(['--yes', file])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('"매장명" names 2 stores, so nothing was imported') as string,
    });
    expect((await service.run('--yes', '--store-column', 'none', file)).code).toBe(0);
    expect(await service.days()).toEqual({ '2026-10-03': [3, 2] });
  });

  it('asks about sums that no word tells, and leaves them out on all levels', async () => {
    const { file } = importing();
    const lines = [
      '2026-10-03,국수,9',
      '2026-10-03,만두,10',
      '2026-10-03,판매,19',
      '2026-10-04,차,1',
      '2026-10-04,판매,1',
    ];
    importing().write(['영업일자,메뉴,금액', ...lines]);
    expect(await service.run('--yes', file)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('so nothing was imported: say --sum-lines leave-out') as string,
    });
    const left = await service.run('--yes', '--sum-lines', 'leave-out', file);
    expect([left.code, left.stdout]).toEqual([
      0,
      expect.stringContaining('2 sums over other lines (line 4, 6)'),
    ]);
    expect(await service.days()).toEqual({ '2026-10-03': [19, 2], '2026-10-04': [1, 1] });
  });
});
