//! The messages of reconciliation and of the people on the profile page, as [`super::texts`].

use super::show::Lang;
use super::texts::texts;

/// The messages in a language.
pub(crate) fn of(lang: Lang) -> &'static Texts {
    match lang {
        Lang::Ko => &KO,
        Lang::En => &EN,
    }
}

texts! {
    help: "PG사의 정산 자료와 이음의 장부를 건별로 맞춰 봅니다. 다른 것은 불일치로 남고, 정정은 두 사람이 합니다.",
        "Compares the PG's account with our books. Correcting a break takes two people.";
    waiting: "처리할 불일치", "Breaks to see to";
    over: "끝난 불일치", "Breaks that are over";
    show_over: "끝난 불일치 보기", "Show breaks that are over";
    show_waiting: "처리할 불일치 보기", "Show breaks to see to";
    none_waiting: "처리할 불일치가 없습니다.", "No break waits for anybody.";
    none_over: "끝난 불일치가 없습니다.", "No break is over yet.";
    none_help: "아래에서 정산 파일을 올리면 대사가 시작됩니다.",
        "Upload a settlement file below to compare.";
    col_kind: "불일치", "Break";
    col_day: "날짜", "Day";
    col_ours: "이음", "Ours";
    col_theirs: "PG사", "The PG's";
    col_difference: "차액", "Difference";
    col_status: "상태", "State";
    compare: "정산 파일로 대사", "Compare a settlement file";
    compare_help: "CSV 파일을 올립니다. 열 이름이 다르면 아래 열 설정을 먼저 저장하세요. 날짜는 KST입니다.",
        "Upload a CSV file. Name its columns below first if they differ. Days are in KST.";
    lookup: "PG사에 조회해서 대사", "Ask the PG instead";
    lookup_help: "그 기간의 결제와 취소를 한 건씩 PG사에 조회합니다. PG사만 아는 거래는 찾을 수 없습니다. 200건까지입니다.",
        "Asks the PG about up to 200 payments. What only the PG knows is not found so.";
    channel: "PG 설정", "Channel";
    from: "첫날", "First day";
    to: "마지막 날", "Last day";
    file: "정산 파일 (CSV)", "Settlement file (CSV)";
    run_compare: "대사하기", "Compare";
    no_file: "파일을 선택해 주세요.", "Choose a file.";
    no_channels: "먼저 PG 설정을 추가하세요.", "Add a PG channel first.";
    runs: "대사 기록", "Runs";
    no_runs: "아직 대사한 적이 없습니다.", "Nothing was compared yet.";
    col_when: "실행", "Run";
    col_days: "기간", "Days";
    col_source: "자료", "Source";
    col_counts: "일치", "Alike";
    col_found: "불일치", "Breaks";
    source_file: "정산 파일", "File";
    source_lookup: "조회", "Inquiry";
    other_days: "다른 날짜 {}건", "{} on another day";
    unasked: "조회하지 못함 {}건", "{} could not be asked about";
    foreign: "다른 계약 {}행", "{} rows of other contracts";
    did_compared: "대사했습니다. 불일치 {}건.", "Compared: {} breaks.";
    columns: "열 설정", "Columns";
    columns_help: "PG사 정산 파일의 열 이름을 적습니다. 빈 칸은 그 열이 없다는 뜻입니다. 낱말은 |로 나눕니다.",
        "The headers of this PG's file; empty if it has none. Words are separated by |.";
    columns_save: "열 설정 저장", "Save the columns";
    did_columns: "열 설정을 저장했습니다.", "Columns saved.";
    pick: "선택", "Pick";

    kind_missing_at_pg: "PG사에 없음", "Missing at the PG";
    kind_missing_here: "이음에 없음", "Missing here";
    kind_unpaid_here: "이음에서는 미결제", "Not paid here";
    kind_unknown_here: "이음에서 결과 미확인", "Unknown here";
    kind_amount_differs: "금액 다름", "Amounts differ";
    kind_currency_differs: "통화 다름", "Currencies differ";
    kind_mid_differs: "MID 다름", "MIDs differ";
    kind_day_differs: "날짜 다름", "Days differ";
    kind_twice_at_pg: "PG사에 두 번", "Twice at the PG";
    kind_cancel_missing_at_pg: "취소가 PG사에 없음", "Cancel missing at the PG";
    kind_cancel_missing_here: "취소가 이음에 없음", "Cancel missing here";
    kind_cancel_unknown_here: "취소 결과 미확인", "Cancel unknown here";
    kind_cancel_amount_differs: "취소 금액 다름", "Cancel amounts differ";
    why_missing_at_pg: "이음은 결제완료로 알고 있지만 PG사 자료에 없습니다.",
        "We hold it paid; the PG's account does not have it.";
    why_missing_here: "PG사는 이음이 모르는 주문의 돈을 가지고 있습니다.",
        "The PG has money of an order we do not know.";
    why_unpaid_here: "PG사는 승인했지만 이음에서는 결제되지 않은 건입니다.",
        "The PG approved it; here it is not paid.";
    why_unknown_here: "PG사에 물었지만 결과가 아직 확인되지 않았습니다. 정정하기 전에 다시 확인하세요.",
        "The PG was asked and how it ended is not known yet. Ask again before correcting anything.";
    why_amount_differs: "양쪽에 모두 있지만 금액이 다릅니다.", "Both have it, with different amounts.";
    why_currency_differs: "양쪽에 모두 있지만 통화가 다릅니다.", "Both have it, in different currencies.";
    why_mid_differs: "양쪽에 모두 있지만 상점아이디(MID)가 다릅니다.", "Both have it, under different MIDs.";
    why_day_differs: "양쪽에 모두 있지만 이틀 넘게 떨어져 있습니다.",
        "Both have it, on days further apart than neighbours.";
    why_twice_at_pg: "PG사 자료에 이음보다 많이 있습니다. 이중 승인일 수 있습니다.",
        "The PG has it more often than we. It may have been charged twice.";
    why_cancel_missing_at_pg: "이음에서는 취소되었지만 PG사 자료에 취소가 없습니다.",
        "Cancelled here; the PG's account has no such cancel.";
    why_cancel_missing_here: "PG사에서 취소되었지만 이음은 모릅니다. PG사 관리자에서 취소했을 수 있습니다.",
        "Cancelled at the PG; we do not know of it. Perhaps in the PG's own admin pages.";
    why_cancel_unknown_here: "취소를 요청했지만 결과가 아직 확인되지 않았습니다.",
        "A cancel was asked for and how it ended is not known yet.";
    why_cancel_amount_differs: "양쪽에서 취소되었지만 금액이 다릅니다.", "Both cancelled, with different amounts.";

    status_open: "처리 전", "Open";
    status_proposed: "승인 대기", "Proposed";
    status_corrected: "정정됨", "Corrected";
    status_remedied: "확인됨", "Remedied";
    status_closed: "종료", "Closed";
    status_other_day: "다른 날짜에 있음", "On another day";
    status_vanished: "저절로 해소됨", "Resolved by itself";

    back: "대사로 돌아가기", "Back to reconciliation";
    nothing: "없음", "Nothing";
    label_amount: "금액", "Amount";
    label_mid: "상점아이디(MID)", "MID";
    label_tid: "거래번호", "TID";
    label_at: "시각", "Time";
    label_line: "파일의 행", "Line of the file";
    label_order: "주문번호", "Order number";
    propose: "정정 제안", "Propose a correction";
    propose_help: "제안은 다른 사람이 승인해야 장부에 기입됩니다.",
        "Nothing is entered until somebody else approves it.";
    debit: "차변 (늘어나는 계정)", "Debit (has more afterwards)";
    credit: "대변 (나가는 계정)", "Credit (comes from)";
    amount: "금액 (최소 단위)", "Amount (minor units)";
    proposed: "제안된 정정", "The proposed correction";
    proposed_by: "{} 님이 제안", "Proposed by {}";
    approve: "승인하고 기입", "Approve and enter";
    approve_own: "제안한 사람은 승인할 수 없습니다. 다른 관리자가 승인해야 합니다.",
        "Who proposed it cannot approve it. Another manager must.";
    approve_alone: "이 상점에는 관리자 계정이 하나뿐이라 승인할 수 없습니다. 소유자가 내정보에서 사람을 추가해야 합니다.",
        "There is only one manager, so nobody can approve. Owners add people: profile page.";
    reject: "제안 철회", "Take it back";
    close: "정정 없이 종료", "Close without a correction";
    close_help: "이미 아는 차이라면 사유를 적고 끝냅니다.", "For a difference that is understood.";
    remedy_settle_approval: "지금 PG사에 결과 확인", "Ask the PG now";
    remedy_settle_cancel: "지금 PG사에 취소 결과 확인", "Ask the PG about the cancel now";
    remedy_money_after_end: "실패 후 입금으로 기록", "Write down as money after failure";
    remedy_help: "장부를 고치기 전에 이것부터 하세요.", "Do this before correcting anything.";
    remedy_money_help: "결제 상태는 그대로 두고, 환불이 필요하다고 홈 화면에 알립니다.",
        "The payment stays as it is; the home page says that a refund is needed.";
    ended_by: "{} 님이 처리", "Ended by {}";
    cannot_write: "처리하려면 관리자 권한이 필요합니다.", "Managers may decide.";
    did_propose: "정정을 제안했습니다.", "Proposed.";
    did_approve: "승인하고 장부에 기입했습니다.", "Approved and entered.";
    did_reject: "제안을 철회했습니다.", "Taken back.";
    did_close: "종료했습니다.", "Closed.";
    did_remedy: "확인했습니다.", "Done.";

    people: "사람", "People";
    people_help: "대사 정정은 두 사람이 필요합니다. 관리자를 추가하세요.",
        "Correcting a break takes two people: add a manager.";
    person_add: "사람 추가", "Add a person";
    person_login: "새 사람의 아이디", "Login of the new person";
    person_login_hint: "영문, 숫자와 . _ - @ +로 3자에서 60자까지",
        "Letters, digits and . _ - @ +, 3 to 60";
    person_made: "추가했습니다", "Added";
    person_made_help: "비밀번호는 지금 한 번만 보입니다.", "The password is shown this once.";
}

#[cfg(test)]
#[path = "texts_tests.rs"]
mod tests;
