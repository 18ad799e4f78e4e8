import type { ConnectorName } from '../../config/platforms';
import type { Connector } from './connector';
import { instagram } from './instagram';
import { json } from './json';
import { kakaoChannel } from './kakao-channel';
import { naverBlog } from './naver-blog';
import { youtube } from './youtube';

/** The connector of each kind of platform. */
export const CONNECTORS: Readonly<Record<ConnectorName, Connector>> = {
  json,
  instagram,
  'naver-blog': naverBlog,
  'kakao-channel': kakaoChannel,
  youtube,
};
