/**
 * `npm run check` compiles this together with iamport.js: what merchants who write TypeScript use is
 * npm's iamport-typings, and its declaration of `window.IMP` is what the SDK's own object must be.
 * iamport-typings 1.4.0 declares `init` and `request_pay`; nothing of the rest of the surface.
 */

import type Iamport from 'iamport-typings/src';
import type {
  RequestPayAdditionalParams,
  RequestPayNaverParams,
  RequestPayParams,
  RequestPayResponse,
} from 'iamport-typings/src';

const later: RequestPayAdditionalParams = { vbank_due: '20311231', digital: false };
const params: RequestPayParams = {
  ...later,
  pg: 'kicc',
  pay_method: 'card',
  merchant_uid: 'order_1',
  name: '주문명:결제테스트',
  amount: 14000,
  currency: 'KRW',
  language: 'ko',
  buyer_email: 'iamport@siot.do',
  buyer_name: '구매자이름',
  buyer_tel: '010-1234-5678',
  custom_data: { any: ['thing'] },
  notice_url: ['https://shop.example/hook'],
  m_redirect_url: 'https://shop.example/done',
  display: { card_quota: [2, 3] },
};
const withMid: RequestPayParams = { ...params, pg: 'html5_inicis.INIpayTest' };
const naver: RequestPayNaverParams = {
  ...params,
  pg: 'naverpay',
  naverPopupMode: true,
  naverUseCfm: '20311231',
  naverProducts: [],
};

function paid(response: RequestPayResponse): void {
  const numbers: [string | null, string] = [response.imp_uid, response.merchant_uid];
  const amount: number | undefined = response.success ? response.paid_amount : undefined;
  const why: string | undefined = response.error_msg ?? response.error_code;
  void [numbers, amount, why];
}

const IMP: Iamport | undefined = window.IMP;
if (IMP) {
  IMP.init('imp00000001');
  IMP.request_pay(params, paid);
  IMP.request_pay(withMid);
  IMP.request_pay(naver, paid);
  // @ts-expect-error an order without a number
  IMP.request_pay({ amount: 14000, buyer_tel: '' });
  // @ts-expect-error certification is not in these typings
  IMP.certification({});
}

// The check itself: an object without `request_pay` is not what `window.IMP` may be.
// @ts-expect-error
window.IMP = { init() {} };
