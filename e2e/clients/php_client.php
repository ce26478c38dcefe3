<?php
/*
 * A shop's own PHP against the hub. This client is ours: no published one can be installed from the
 * registries the tests use. It does what PHP shops do to V1: curl, bodies as http_build_query makes
 * them (`schedules[0][merchant_uid]=..`), addresses with a slash at the end, the token bare or as
 * Bearer, no look at the HTTP status, `$answer->code !== 0`, and every key read without asking
 * whether it is there: PHP's warnings are errors here.
 *
 * Reads and prints what `node-client.js` does.
 */

set_error_handler(function ($kind, $text, $file, $line) {
    throw new ErrorException($text, 0, $kind, $file, $line);
});

class Refused extends Exception {}

class Shop
{
    private $token = null;

    public function __construct(private $api, private $key, private $secret, private $scheme = '') {}

    public function request($method, $path, $fields = [])
    {
        $headers = [];
        if ($path !== '/users/getToken') {
            $headers[] = 'Authorization: ' . $this->scheme . $this->token();
        }
        $curl = curl_init($this->api . $path);
        curl_setopt($curl, CURLOPT_CUSTOMREQUEST, $method);
        curl_setopt($curl, CURLOPT_RETURNTRANSFER, true);
        curl_setopt($curl, CURLOPT_HTTPHEADER, $headers);
        if ($fields) {
            curl_setopt($curl, CURLOPT_POSTFIELDS, http_build_query($fields));
        }
        $text = curl_exec($curl);
        if ($text === false) {
            throw new RuntimeException(curl_error($curl));
        }
        $answer = json_decode($text);
        if ($answer->code !== 0) {
            throw new Refused($answer->message, $answer->code);
        }
        return $answer->response;
    }

    public function token()
    {
        if ($this->token === null) {
            $keys = ['imp_key' => $this->key, 'imp_secret' => $this->secret];
            $this->token = $this->request('POST', '/users/getToken', $keys)->access_token;
        }
        return $this->token;
    }

    /** What a shop keeps of a payment: every key is read, times as integers. */
    public function kept($payment)
    {
        $kept = [];
        $texts = ['imp_uid', 'merchant_uid', 'pay_method', 'pg_provider', 'pg_tid', 'apply_num', 'name',
            'card_name', 'card_number', 'vbank_name', 'vbank_num', 'vbank_holder', 'buyer_name',
            'buyer_email', 'buyer_tel', 'buyer_addr', 'buyer_postcode', 'custom_data', 'status',
            'fail_reason', 'cancel_reason', 'receipt_url', 'currency', 'customer_uid'];
        foreach ($texts as $key) {
            $kept[$key] = $payment->$key;
        }
        foreach (['started_at', 'paid_at', 'failed_at', 'cancelled_at', 'vbank_date', 'card_quota'] as $key) {
            $kept[$key] = (int) $payment->$key;
        }
        $kept['amount'] = $payment->amount;
        $kept['cancel_amount'] = $payment->cancel_amount;
        $kept['cancels'] = array_map(fn ($row) => $row->amount, $payment->cancel_history);
        return $kept;
    }
}

$given = json_decode(stream_get_contents(STDIN));
$shop = new Shop($given->api, $given->imp_key, $given->imp_secret);
$bearer = new Shop($given->api, $given->imp_key, $given->imp_secret, 'Bearer ');
$stranger = new Shop($given->api, $given->imp_key, 'wrong');
[$first, $second] = $given->paid;
$later = $given->later;

function call($act)
{
    try {
        return $act();
    } catch (Refused $refused) {
        return ['refused' => ['code' => $refused->getCode(), 'message' => $refused->getMessage()]];
    }
}

function get($path, $shop = null)
{
    return call(fn () => ($shop ?? $GLOBALS['shop'])->request('GET', $path));
}

function post($path, $fields)
{
    return call(fn () => $GLOBALS['shop']->request('POST', $path, $fields));
}

function order($merchant_uid, $more = [])
{
    return ['merchant_uid' => $merchant_uid, 'amount' => 3000, 'name' => '정기결제'] + $more;
}

$prepared = ['merchant_uid' => 'php_prepared_1', 'amount' => 420000];
$card = ['expiry' => '2031-12', 'birth' => '900101', 'pwd_2digit' => '00'];
$good = $card + ['card_number' => '4111-1111-1111-1111'];
$bad = $card + ['card_number' => '4092-0230-1234-1234'];
$key = ['customer_uid' => 'php_customer'];
$plans = [
    order('php_plan_1', ['schedule_at' => $later]),
    order('php_plan_2', ['schedule_at' => $later]),
];
$uid = ['imp_uid' => $first->imp_uid];
$part = $uid + ['amount' => 4000, 'checksum' => 14000, 'reason' => '부분 환불'];

$out = [];
$out['token'] = $shop->token();
$out['byImpUid'] = call(fn () => $shop->kept($shop->request('GET', "/payments/{$first->imp_uid}/")));
$out['byBearer'] = get("/payments/{$first->imp_uid}", $bearer);
$out['byMerchantUid'] = get("/payments/find/{$first->merchant_uid}/paid/");
$out['prepare'] = post('/payments/prepare/', $prepared);
$out['prepared'] = get('/payments/prepare/php_prepared_1');
$out['preparedTwice'] = post('/payments/prepare/', $prepared);
$out['cancelPart'] = call(fn () => $shop->kept($shop->request('POST', '/payments/cancel/', $part)));
$out['cancelStale'] = post('/payments/cancel/', $part);
$out['cancelRest'] = post('/payments/cancel/', $uid + ['reason' => '나머지']);
$out['cancelAgain'] = post('/payments/cancel/', $uid);
$out['cancelAll'] = post('/payments/cancel/', ['merchant_uid' => $second->merchant_uid]);
$out['customer'] = post('/subscribe/customers/php_customer/', $good + ['customer_name' => '구매자']);
$out['badCard'] = post('/subscribe/customers/bad/', $bad);
$out['customerShown'] = get('/subscribe/customers/php_customer');
$out['onetime'] = post('/subscribe/payments/onetime/', order('php_onetime', $good));
$out['again'] = post('/subscribe/payments/again/', order('php_again', $key));
$out['againTwice'] = post('/subscribe/payments/again/', order('php_again', $key));
$out['plan'] = post('/subscribe/payments/schedule/', $key + ['schedules' => $plans]);
$out['planned'] = get('/subscribe/payments/schedule/php_plan_1/');
$out['unplanOne'] = post('/subscribe/payments/unschedule/', $key + ['merchant_uid' => ['php_plan_1']]);
$out['unplan'] = post('/subscribe/payments/unschedule/', $key);
$out['unplanAgain'] = post('/subscribe/payments/unschedule/', $key);
$out['customerDeleted'] = call(
    fn () => $shop->request('DELETE', '/subscribe/customers/php_customer/?reason=' . urlencode('탈퇴'))
);
$out['customerGone'] = get('/subscribe/customers/php_customer');
$out['unknown'] = get('/payments/imp_000000000000');
$out['wrongKey'] = get("/payments/{$first->imp_uid}", $stranger);
echo json_encode($out, JSON_THROW_ON_ERROR);
