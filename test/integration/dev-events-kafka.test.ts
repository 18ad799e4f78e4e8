import { createHttpClient } from '../harness/http';
import { type RealService, startRealService } from '../harness/real-service';

describe('a service that Kafka feeds', () => {
  let service: RealService;
  beforeAll(async () => void (service = await startRealService()));
  afterAll(() => service.stop());

  it('takes no messages over HTTP: 404', async () => {
    const http = createHttpClient(service.origin);
    expect((await http.post('/dev/events', service.token(), 'application/json', '[]')).status).toBe(404);
    expect((await http.get('/dev/events', service.token())).status).toBe(404);
  });
});
