//! Every message of the console, Korean and English side by side: the one table. `{}` are filled in
//! order by [`super::show::fill`].

/// Makes the struct, its two values and the list tests read.
macro_rules! texts {
    ($($name:ident: $ko:literal, $en:literal;)*) => {
        /// The messages in one language.
        #[derive(Debug)]
        pub(crate) struct Texts {
            $(pub(crate) $name: &'static str,)*
        }

        /// Korean.
        pub(crate) static KO: Texts = Texts { $($name: $ko,)* };

        /// English.
        pub(crate) static EN: Texts = Texts { $($name: $en,)* };

        #[cfg(test)]
        const ALL: &[(&str, &str, &str)] = &[$((stringify!($name), $ko, $en),)*];
    };
}

pub(crate) use texts;

texts! {
    // Around every page
    product: "이음", "Ieum";
    skip: "본문으로 건너뛰기", "Skip to content";
    menu: "주 메뉴", "Main menu";
    other_language: "English", "한국어";
    other_code: "en", "ko";
    search: "찾기", "Search";
    search_label: "결제 찾기", "Find a payment";
    search_hint: "imp_uid, 주문번호, 승인번호, 전화번호, 이메일, 이름",
        "imp_uid, order, approval no., phone, e-mail, name";
    test_band: "테스트 채널입니다. 실제 돈은 움직이지 않습니다.",
        "A test channel: no real money moves.";
    nav_home: "홈", "Home";
    nav_payments: "결제", "Payments";
    nav_accounts: "가상계좌", "Virtual accounts";
    nav_webhooks: "웹훅", "Webhooks";
    nav_reconciliation: "대사", "Reconciliation";
    nav_channels: "PG 설정", "PG settings";
    nav_tiers: "하위 상점", "Sub-merchants";
    nav_developer: "개발자", "Developers";
    copy: "복사", "Copy";
    copied: "복사됨", "Copied";
    copy_failed: "복사 실패", "Not copied";
    errors_title: "다음 내용을 확인해 주세요", "Please check the following";
    save: "저장", "Save";
    keep: "돌아가기", "Go back";
    go_back: "돌아가기", "Go back";
    choose: "선택", "Choose";
    optional: "(선택)", "(optional)";
    all: "전체", "All";
    reason: "사유", "Reason";
    reason_hint: "기록에 남습니다.", "Kept in the audit log.";
    reason_missing: "사유를 입력해 주세요.", "Give a reason.";
    next_page: "다음", "Next";
    first_page: "처음으로", "First page";
    pages: "쪽 이동", "Pages";

    // Refusals and faults
    forbidden: "권한이 없습니다", "Not allowed";
    forbidden_text: "이 작업을 할 수 있는 역할이 아닙니다. 상점 관리자에게 요청해 주세요.",
        "Your role does not allow this. Ask the owner of the shop.";
    not_found: "찾을 수 없습니다", "Not found";
    not_found_text: "주소가 바뀌었거나 없는 내용입니다.", "The page moved or never existed.";
    refused: "처리하지 못했습니다", "Not done";
    stale: "화면이 오래되었습니다", "This page is out of date";
    stale_text: "보안을 위해 아무것도 처리하지 않았습니다. 화면을 다시 열고 한 번 더 시도해 주세요.",
        "Nothing was done, for your safety. Open the page again and repeat.";
    fault: "일시적인 오류", "Something broke";
    fault_text: "처리 결과를 알 수 없습니다. 내역을 확인한 뒤 다시 시도해 주세요.",
        "We cannot tell whether it was done. Check, then try again.";
    busy_text: "요청이 많습니다. 잠시 후 다시 시도해 주세요.", "Too busy. Try again in a moment.";

    // Signing in
    sign_in: "로그인", "Sign in";
    sign_in_title: "이음 관리자 로그인", "Sign in to Ieum";
    sign_in_help: "계정은 이 서버의 운영자가 만듭니다.",
        "Accounts are made by whoever runs this server.";
    sign_in_wrong: "아이디 또는 비밀번호가 올바르지 않습니다.", "Wrong login or password.";
    sign_in_locked: "여러 번 틀려 잠겼습니다. {}초 후에 다시 시도해 주세요.",
        "Locked after several wrong tries. Try again in {} seconds.";
    sign_in_stale: "화면이 오래되었습니다. 다시 시도해 주세요.", "The page was out of date. Try again.";
    sign_out: "로그아웃", "Sign out";
    login: "아이디", "Login";
    password: "비밀번호", "Password";
    profile: "내정보", "My account";
    role: "역할", "Role";
    role_owner: "소유자", "Owner";
    role_manager: "관리자", "Manager";
    role_viewer: "조회 전용", "Read only";
    shop: "상점", "Shop";
    change_password: "비밀번호 변경", "Change password";
    password_current: "현재 비밀번호", "Current password";
    password_new: "새 비밀번호", "New password";
    password_again: "새 비밀번호 확인", "New password again";
    password_hint: "8자 이상. 변경하면 다른 기기에서는 로그아웃됩니다.",
        "8 characters or more. Other devices will be signed out.";
    password_wrong: "현재 비밀번호가 올바르지 않습니다.", "The current password is wrong.";
    password_differs: "새 비밀번호가 서로 다릅니다.", "The new passwords differ.";
    done_password: "비밀번호를 변경했습니다.", "Password changed.";

    // Home
    home_title: "오늘의 결제", "Today";
    today: "오늘 (요청 시각 기준)", "Today, by time of request";
    show_test: "테스트 결제 보기", "Show test payments";
    show_live: "실결제 보기", "Show live payments";
    needs_person: "확인이 필요합니다", "Needs a person";
    needs_person_log: "지난 기록", "What was dealt with";
    nothing_waits: "확인이 필요한 거래가 없습니다.", "Nothing needs a person.";
    unknown_title: "결과를 확인 중인 결제", "Payments with an unknown outcome";
    unknown_help: "PG사의 응답을 받지 못했습니다. 자동으로 다시 묻고 있으니 중복 결제에 주의해 주세요.",
        "The PG did not answer. We keep asking; do not charge these again.";
    failing_title: "전달되지 않는 웹훅", "Webhooks that fail";
    failing_help: "상점 서버가 받지 못하고 있습니다. 주소와 서버 응답을 확인해 주세요.",
        "The shop's server does not take them. Check its address and answer.";
    first_title: "첫 결제까지 세 걸음", "Three steps to the first payment";
    first_channel: "PG사를 추가하고 테스트모드를 켭니다", "Add a PG and leave test mode on";
    first_code: "연동 코드를 붙여 넣습니다", "Paste the integration code";
    first_webhook: "웹훅 URL을 저장하고 호출해 봅니다", "Save the webhook URL and test it";
    by_pg: "PG사별", "By PG";
    by_method: "결제수단별", "By method";
    none_today: "오늘은 아직 결제가 없습니다.", "No payments yet today.";
    col_volume: "결제액", "Volume";
    col_count: "결제 건수", "Paid";
    col_success: "성공률", "Success rate";
    last_days: "최근 30일 결제액 ({})", "Volume of the last 30 days ({})";
    last_days_sum: "최근 30일 합계 {}, 가장 많은 날 {} {}",
        "{} in the last 30 days, most on {}: {}";
    resolve: "확인 완료", "Resolve";
    resolve_reason: "어떻게 처리했는지 적어 주세요", "Say how it was dealt with";
    done_resolved: "확인 완료로 표시했습니다.", "Marked as resolved.";

    // Lists
    col_state: "상태", "State";
    col_order: "주문", "Order";
    col_amount: "금액", "Amount";
    col_method: "결제수단", "Method";
    col_buyer: "구매자", "Buyer";
    col_time: "시각", "Time";
    col_payment: "결제", "Payment";
    col_attempts: "시도", "Attempts";
    quick_views: "자주 쓰는 조건", "Quick views";
    view_today: "오늘", "Today";
    csv: "CSV 내려받기", "Download CSV";
    csv_cut: "({}건까지만 내려받았습니다)", "(cut at {} rows)";
    from: "시작일", "From";
    to: "종료일", "To";
    bad_date: "날짜는 2026-11-21처럼 입력해 주세요.", "Write dates like 2026-11-21.";
    basis: "기준 시각", "Time of";
    basis_started: "결제 요청", "Request";
    basis_reached: "상태 변경", "State change";
    mode: "모드", "Mode";
    mode_live: "실연동", "Live";
    mode_test: "테스트", "Test";
    prefix: "검색어 (앞부분 일치)", "Starts with";
    apply: "조회", "Apply";
    reset: "초기화", "Reset";
    no_match: "조건에 맞는 결제가 없습니다", "No payment matches";
    no_match_help: "기간을 넓히거나 조건을 줄여 보세요. 번호는 앞에서부터 일치해야 합니다.",
        "Widen the period or drop a filter. Numbers match from their beginning.";
    no_payments: "아직 결제가 없습니다", "No payments yet";
    no_payments_help: "연동 코드를 붙여 넣고 테스트 결제를 하면 여기에 나타납니다.",
        "Paste the code, make a test payment, and it appears here.";

    // States of payments, cancels and webhooks
    status_ready: "미결제", "Not paid";
    status_approving: "승인 중", "Being approved";
    status_unknown: "결과 확인 중", "Outcome unknown";
    status_account: "입금대기", "Awaiting deposit";
    status_paid: "결제완료", "Paid";
    status_part: "부분취소", "Partly cancelled";
    status_cancelled: "취소", "Cancelled";
    status_failed: "실패", "Failed";
    status_cancelling: "취소 확인 중", "Cancel being settled";
    cancel_asked: "확인 중", "Being settled";
    cancel_done: "완료", "Done";
    cancel_refused: "거절", "Refused";
    cancel_person: "확인 필요", "Needs a person";
    hook_delivered: "전달됨", "Delivered";
    hook_waiting: "보낼 예정", "To be sent";
    hook_retrying: "다시 보낼 예정", "To be sent again";
    hook_gave_up: "포기", "Given up";

    // One payment
    merchant_uid: "주문번호", "Order";
    left_of: "취소 {} · 남은 금액 {}", "Cancelled {} · left {}";
    left: "남은 금액 {}", "{} left";
    waits_for: "{} {} 계좌로 {}까지 입금을 기다립니다.", "Waiting for a deposit to {} {} until {}.";
    waited_for: "입금 기한이 지났습니다: {} {} · 기한 {}", "The deadline has passed: {} {}, by {}";
    unknown_why: "PG사의 응답을 받지 못해 결과를 확인하고 있습니다. 다시 결제하지 마세요.",
        "The PG did not answer; we are finding out. Do not charge again.";
    pending_why: "취소 {}의 결과를 PG사에 확인하고 있습니다.",
        "Finding out from the PG whether {} was cancelled.";
    timeline: "진행 내역", "Timeline";
    show_wire: "통신 내용 보기 (민감 정보 가림)", "Show what was said (redacted)";
    show_answers: "보낸 내용과 응답 보기", "Show what was sent and answered";
    show_fields: "통보 내용 보기", "Show the notice";
    no_answer: "응답 없음", "no answer";
    resend: "다시 보내기", "Send again";
    done_resent: "다시 보내도록 등록했습니다.", "Queued to be sent again.";
    cancels: "취소 내역", "Cancels";
    requested_at: "요청 시각", "Requested";
    paid_at: "결제 시각", "Paid";
    cancelled_at: "취소 시각", "Cancelled";
    failed_at: "실패 시각", "Failed";
    group_payment: "결제 정보", "Payment";
    group_buyer: "구매자", "Buyer";
    group_more: "추가 정보", "More";
    pg: "PG사", "PG";
    mid: "상점아이디(MID)", "MID";
    method: "결제수단", "Method";
    device: "결제 환경", "Device";
    pg_tid: "PG 거래번호", "PG transaction";
    apply_num: "승인번호", "Approval no.";
    card: "카드", "Card";
    quota: "할부", "Instalments";
    quota_months: "{}개월", "{} months";
    quota_none: "일시불", "None";
    bank: "은행", "Bank";
    account: "입금 계좌", "Account";
    account_holder: "예금주", "Holder";
    due: "입금 기한", "Deposit by";
    escrow: "에스크로", "Escrow";
    yes: "예", "Yes";
    name: "이름", "Name";
    email: "이메일", "E-mail";
    tel: "전화번호", "Phone";
    address: "주소", "Address";
    custom_data: "custom_data", "custom_data";
    user_agent: "브라우저", "Browser";

    // Who and what in the timeline
    who_page: "구매자", "Buyer";
    who_pg: "PG사 응답", "PG's answer";
    who_notice: "PG사 통보", "PG's notice";
    who_api: "상점 서버 (API)", "Shop's server (API)";
    who_console: "관리자 페이지", "Console";
    who_job: "이음 (자동)", "Ieum (automatic)";
    who_to_pg: "이음 → {}", "Ieum → {}";
    who_to_shop: "이음 → 상점 서버", "Ieum → shop's server";
    ev_opened: "결제 요청", "Requested";
    ev_window_opened: "결제창 열림", "Window opened";
    ev_approval_started: "승인 시작", "Approval started";
    ev_approved: "결제 완료", "Paid";
    ev_account_issued: "가상계좌 발급", "Virtual account issued";
    ev_declined: "결제 실패", "Failed";
    ev_no_answer: "PG사 응답 없음 · 결과 확인 시작", "No answer from the PG · finding out";
    ev_voided: "승인 무효 확인", "Approval undone";
    ev_void_failed: "승인 무효 실패", "Undoing the approval failed";
    ev_deposited: "입금 확인", "Deposited";
    ev_cancel_started: "취소 시작", "Cancel started";
    ev_cancel_done: "취소 완료", "Cancelled";
    ev_cancel_refused: "취소 거절", "Cancel refused";
    ev_cancel_no_answer: "취소 응답 없음 · 결과 확인 시작", "No answer to the cancel · finding out";
    ev_settle_tried: "결과 다시 확인", "Asked again";
    ev_cancel_settle_tried: "취소 결과 다시 확인", "Asked about the cancel again";
    ev_second_deposit: "이미 입금된 계좌에 다시 입금됨", "A second deposit";
    ev_ledger_opened: "원장 개시", "Entered into the ledger";
    ev_ledger_corrected: "원장 정정", "The ledger was corrected";
    ev_receipt_asked: "현금영수증 발급 요청", "Cash receipt asked for";
    ev_receipt_issued: "현금영수증 발급", "Cash receipt issued";
    ev_receipt_failed: "현금영수증 발급 실패", "Cash receipt failed";
    ev_receipt_revoking: "현금영수증 취소 요청", "Cash receipt to be taken back";
    ev_receipt_revoked: "현금영수증 취소", "Cash receipt taken back";
    ev_receipt_kept: "현금영수증 취소 거절", "Cash receipt not taken back";
    ev_receipt_settle_tried: "현금영수증 결과 다시 확인", "Asked about the cash receipt again";
    ev_delivery_asked: "배송정보 등록 요청", "Delivery to be registered";
    ev_delivery_registered: "배송정보 등록", "Delivery registered";
    ev_delivery_refused: "배송정보 등록 실패", "Delivery not registered";
    ev_delivery_settle_tried: "배송정보 결과 다시 확인", "Asked about the delivery again";
    ev_escrow_changed: "에스크로 상태 변경", "Escrow changed";
    ev_partners_listed: "하위 상점 거래 등록", "Sub-merchants' sales listed";
    op_register: "거래 등록", "Register";
    op_approve: "승인 요청", "Approve";
    op_net_cancel: "망취소", "Net cancel";
    op_cancel: "취소 요청", "Cancel";
    op_lookup: "거래 조회", "Look up";
    notice: "입금 통보", "Deposit notice";
    webhook: "웹훅 {}", "Webhook {}";
    try_answer: "{}번째 시도 · HTTP {} · {}", "Try {} · HTTP {} · {}";
    try_error: "{}번째 시도 · {} · {}", "Try {} · {} · {}";
    due_next: "아직 보내지 않았습니다.", "Not sent yet.";

    // Cancelling
    cancel_title: "결제취소", "Cancel";
    cancel_amount: "취소 금액 ({})", "Amount ({})";
    cancel_left: "취소가능 금액 {}", "{} can be cancelled";
    cancel_next: "취소 내용 확인", "Review the cancel";
    cancel_reason: "관리자페이지취소", "관리자페이지취소";
    cancel_question: "{} 취소할까요?", "Cancel {}?";
    cancel_button: "{} 취소하기", "Cancel {}";
    cancel_after: "취소 후 남는 금액", "Left afterwards";
    cancel_warning: "되돌릴 수 없습니다. 상점 서버로 취소 웹훅이 전송됩니다.",
        "This cannot be undone. A webhook tells the shop's server.";
    cancel_changed: "그 사이 취소가능 금액이 바뀌었습니다. 다시 확인해 주세요.",
        "What can be cancelled has changed meanwhile. Check again.";
    done_cancelled: "취소했습니다.", "Cancelled.";
    refund_help: "입금된 가상계좌는 환불받을 계좌로 돌려줍니다.",
        "A paid virtual account is refunded to an account of the buyer.";
    refund_bank: "환불 은행", "Refund bank";
    refund_account: "환불 계좌번호", "Refund account";
    refund_holder: "환불 예금주", "Refund holder";
    refund_tel: "예금주 전화번호", "Holder's phone";
    missing: "{} 값을 입력해 주세요.", "Fill in: {}";
    not_a_number: "숫자로 입력해 주세요.", "Write a number.";
    zero: "0보다 큰 금액을 입력해 주세요.", "More than zero, please.";
    too_much: "취소가능 금액을 넘습니다.", "More than can be cancelled.";
    too_precise: "통화의 최소 단위보다 작은 금액입니다.", "Smaller than the currency's unit.";
    deposit_title: "입금 처리 (샌드박스)", "Deposit (sandbox)";
    deposit_help: "구매자가 이 계좌로 입금한 것처럼 PG사가 통보합니다.",
        "As if the buyer paid in: the PG sends its notice.";
    deposit_button: "{} 입금 처리", "Deposit {}";
    depositor: "입금자명", "Depositor";
    done_deposited: "입금 처리했습니다. 통보 결과는 진행 내역에 나타납니다.",
        "Deposited. The notice shows in the timeline.";

    // Virtual accounts
    accounts_title: "입금을 기다리는 가상계좌", "Virtual accounts awaiting deposit";
    no_accounts: "입금을 기다리는 계좌가 없습니다", "No account is waiting";
    no_accounts_help: "구매자가 결제창에서 가상계좌를 고르면 여기에 나타납니다.",
        "When a buyer picks a virtual account, it appears here.";
    col_due: "입금 기한", "Deposit by";
    col_account: "계좌", "Account";
    col_issued: "발급", "Issued";
    overdue: "기한 지남", "Overdue";

    // Sub-merchants
    tiers_help: "Tier 헤더나 IMP.agency(식별코드, 코드)로 부릅니다.",
        "Called by a Tier header or IMP.agency(user code, code).";
    tier_add: "하위 상점 추가", "Add a sub-merchant";
    tier_code: "코드", "Code";
    tier_code_hint: "영문 대문자와 숫자 3자리", "Three capital letters or digits";
    tier_name: "상점 이름", "Shop name";
    tier_login: "관리자 아이디 (선택)", "Owner's login (optional)";
    tier_login_hint: "하위 상점이 로그인해 PG를 설정합니다.", "Signs in here and sets up its PGs.";
    tier_password: "새 관리자의 비밀번호", "The new owner's password";
    tier_password_help: "지금만 볼 수 있습니다.", "Shown this once.";
    tier_webhook_hint: "비워 두면 대행사의 주소로 보냅니다.", "Empty: the agency's address.";
    no_tiers: "하위 상점이 없습니다", "No sub-merchants";
    no_tiers_help: "여러 상점의 대행사라면 추가하세요.", "Add one if you are the agency of several shops.";
    tier_under: "하위 상점은 하위 상점을 가질 수 없습니다.", "A sub-merchant has none of its own.";
    done_tier: "하위 상점을 추가했습니다.", "Sub-merchant added.";

    // Webhooks
    webhooks_title: "웹훅(Notification) 설정", "Webhook settings";
    webhook_settings: "받을 주소", "Where they go";
    webhook_test_url: "테스트 결제의 주소 (선택)", "Where test payments go (optional)";
    webhook_test_url_hint: "비워 두면 위와 같은 주소로 보냅니다.", "Empty: the same address.";
    webhook_url: "Notification URL", "Notification URL";
    webhook_url_hint: "http:// 또는 https://로 시작하는 주소. 비우면 보내지 않습니다.",
        "Starts with http:// or https://. Empty: none are sent.";
    webhook_format: "Content-Type", "Content-Type";
    done_webhook: "웹훅 설정을 저장했습니다.", "Webhook settings saved.";
    test_call: "호출 테스트", "Test call";
    test_call_help: "저장된 주소로 시험용 메시지를 한 번 보냅니다.",
        "Posts one test message to the saved address.";
    no_webhook_url: "먼저 주소를 저장해 주세요.", "Save an address first.";
    call_ok: "정상 응답", "It answered well";
    call_failed: "받지 못했습니다", "It was not taken";
    webhook_log: "보낸 웹훅", "Log";
    no_webhooks: "아직 보낸 웹훅이 없습니다", "No webhooks yet";
    no_webhooks_help: "결제가 끝나면 저장된 주소로 보내고 여기에 남깁니다.",
        "After a payment one is sent to the saved address and kept here.";
    resend_chosen: "선택한 웹훅 다시 보내기", "Send the chosen again";
    none_chosen: "다시 보낼 웹훅을 선택해 주세요.", "Choose webhooks to send again.";

    // PG settings
    channels_title: "PG설정", "PG settings";
    channel_list: "등록된 PG사", "PGs";
    default_pg: "기본 PG사", "Default PG";
    more_pgs: "추가 PG사", "More PGs";
    certifiers: "본인인증", "Identity verification";
    no_default: "아직 없습니다.", "None yet.";
    no_more: "없음", "None";
    add_pg: "PG사 추가", "Add a PG";
    choose_pg: "이 PG사로", "Use this PG";
    pg_fixed: "다른 PG사를 쓰려면 PG사를 추가해 주세요.", "To use another PG, add it.";
    test_mode: "테스트모드(Sandbox)", "Test mode (sandbox)";
    test_mid: "입력할 것이 없습니다. PG사의 테스트 상점아이디(MID) {}로 결제하며 실제 승인은 일어나지 않습니다.",
        "Nothing to fill in: payments use the PG's test MID {} and nothing is really charged.";
    test_certifier: "입력할 것이 없습니다. 샌드박스의 상점아이디(MID) {}로 인증하며 실제로 확인하지는 않습니다.",
        "Nothing to fill in: the sandbox's MID {} is used and nobody is really verified.";
    test_mode_only: "아직 연동되지 않은 PG사라 테스트 모드만 쓸 수 있습니다. 실제 결제는 되지 않습니다.",
        "The hub does not speak this PG's protocol yet: test mode only, no real payments.";
    secret_stored: "저장되어 있습니다. 변경하려면 입력해 주세요.", "Stored. Type to change it.";
    more_fields: "PG사가 따로 안내한 값이 있을 때만", "Only if the PG told you other values";
    notice_url: "입금 통보(노티) 주소", "Deposit notice URL";
    secret_again: "보안을 위해 다시 입력해 주세요.", "Type it again, for safety.";
    channel_name: "채널 이름", "Channel name";
    channel_name_hint: "비우면 PG사 이름을 씁니다.", "Empty: the PG's name.";
    channel_key: "채널 키", "Channel key";
    no_channels: "등록된 PG사가 없습니다", "No PG yet";
    no_channels_help: "PG사를 추가하고 테스트모드를 켜 두면 바로 결제를 시험할 수 있습니다.",
        "Add a PG, leave test mode on, and try a payment at once.";
    make_default: "기본 PG사로 지정", "Make default";
    delete_pg: "PG설정 삭제", "Delete";
    delete_question: "{} ({}) 설정을 삭제할까요?", "Delete {} ({})?";
    delete_help: "새 결제를 받을 수 없게 됩니다. 이미 이루어진 결제는 계속 조회하고 취소할 수 있습니다.",
        "It takes no new payments. Earlier ones can still be viewed and cancelled.";
    delete_default_help: "기본 PG사입니다. 삭제하면 다음 PG사가 기본이 됩니다.",
        "This is the default. The next PG will become it.";
    done_saved: "저장했습니다.", "Saved.";
    done_deleted: "삭제했습니다.", "Deleted.";
    done_default: "기본 PG사로 지정했습니다.", "Made the default.";
    broken: "저장된 인증 정보를 열 수 없습니다. 마스터 키가 바뀌었는지 확인해 주세요.",
        "The stored credentials cannot be opened. Was the master key changed?";
    check: "연결 확인", "Check connection";
    check_ok: "이상 없음", "all well";
    check_bad: "문제가 있습니다", "something is wrong";
    check_credentials: "인증 정보", "Credentials";
    check_fields: "필수 항목", "Required fields";
    check_reach: "PG사 접속", "Reaching the PG";
    step_ok: "정상", "OK";
    step_bad: "실패", "Failed";

    // Developers
    keys: "식별코드와 REST API 키", "User code and REST API key";
    user_code: "가맹점 식별코드", "User code";
    secret_hidden: "발급할 때 한 번만 표시됩니다.", "Shown once, when issued.";
    reissue: "REST API secret 재발급", "Re-issue the secret";
    reissue_help: "이전 secret은 즉시 쓸 수 없게 됩니다.", "The old secret stops working at once.";
    new_secret: "새 REST API secret", "The new REST API secret";
    new_secret_help: "지금만 볼 수 있습니다. 안전한 곳에 보관해 주세요.",
        "You see it only now. Keep it in a safe place.";
    ip_title: "IP 보안", "Addresses that may call";
    ip_label: "REST API를 호출할 수 있는 IP", "IPs that may call the REST API";
    ip_hint: "IP나 CIDR을 한 줄에 하나씩. 비우면 모두 허용합니다.", "An IP or CIDR per line; empty for all.";
    integrate: "연동하기", "Integrate";
    integrate_help: "기존 아임포트 연동은 두 주소만 바꾸면 됩니다.",
        "An i'mport integration needs just these two addresses changed.";
    step_script: "1. 결제 페이지의 스크립트 주소", "1. The script on your page";
    step_pay: "2. 결제 요청", "2. Request a payment";
    step_api: "3. 서버에서 결제 확인 (REST API 주소)", "3. Verify from your server (REST API)";
    order_name: "주문명:결제테스트", "Order name: payment test";
    base_url: "REST API 주소", "REST API address";
    clock_title: "샌드박스 시계", "Sandbox clock";
    clock_help: "이 상점의 시간만 앞으로 옮깁니다. 되돌릴 수 없습니다.",
        "Moves only this shop's time forward. It never goes back.";
    clock_amount: "얼마나", "How much";
    clock_unit: "단위", "Unit";
    minutes: "분", "minutes";
    hours: "시간", "hours";
    days: "일", "days";
    clock_advance: "시간 이동", "Move time";
    clock_ahead: "{}일 {}시간 {}분 앞섬", "{} d {} h {} min ahead";
    done_clock: "시간을 옮기고 그 사이 할 일을 처리했습니다.", "Time moved; what became due was done.";
    otp_code: "본인인증 샌드박스의 인증번호는 언제나 000000입니다.",
        "The code of the identity verification sandbox is always 000000.";
    faults_title: "장애 시험", "Faults";
    faults_help: "샌드박스 PG사가 다음 요청에서 사고를 냅니다. 연동이 견디는지 확인해 보세요.",
        "The sandbox PG has an accident on a coming request. See whether your code bears it.";
    no_faults: "걸어 둔 장애가 없습니다.", "No faults are armed.";
    fault_operation: "요청", "Operation";
    fault_what: "장애", "Fault";
    fault_times: "횟수", "Times";
    fault_arm: "장애 걸기", "Arm";
    fault_forever: "계속", "for ever";
    faults_clear: "모두 해제", "Clear all";
    done_fault: "장애를 걸었습니다.", "Fault armed.";
    done_faults_cleared: "장애를 모두 해제했습니다.", "Faults cleared.";
    cards_title: "시험용 카드번호", "Card numbers to test with";
    cards_help: "카드번호를 받는 샌드박스 PG사({})에서 쓸 수 있습니다. 유효기간은 앞으로의 아무 달이나 됩니다.",
        "For the sandbox PGs that take card numbers ({}). Any month to come will do.";
    cards_checked: "이 밖의 번호는 검증 숫자(Luhn)가 맞으면 승인되고, 틀리면 거절됩니다.",
        "Any other number is approved if its check digit (Luhn) is right, and refused if not.";
    cards_any: "이 밖의 번호는 무엇이든 승인됩니다 (accept_any_card).",
        "Any other number is approved (accept_any_card).";
    col_card_number: "카드번호", "Card number";
    card_approve: "모든 결제가 승인됩니다.", "Every charge is approved.";
    card_no_key: "빌링키가 발급되지 않습니다.", "No billing key is issued.";
    card_limit: "빌링키는 발급되고 결제는 한도초과로 거절됩니다.",
        "A key is issued; its charges are refused as over the limit.";
    card_silence: "결제가 승인되지만 응답이 오지 않습니다.",
        "Charges are approved, and the answer never comes.";
    books_title: "샌드박스 PG사의 장부", "The sandbox PG's books";
    books_help: "PG사가 가진 기록입니다. 우리 기록과 맞춰 볼 수 있습니다.",
        "What the PG itself has written down, to compare with ours.";
    books_held: "PG사가 보관 중인 금액: {}", "Held by the PG: {}";
    books_more: "최근 {}건만 표시합니다 (모두 {}건).", "The newest {} of {}.";
    no_trades: "아직 거래가 없습니다.", "No transactions yet.";
    col_pg_tid: "PG 거래번호", "PG transaction";
    col_held: "보관", "Held";
}

#[cfg(test)]
#[path = "texts_tests.rs"]
mod tests;
