//! One payment's items against each other.

use super::{
    Break, Days, Entry, Flow, Kind, OtherDay, Ours, Report, Side, Standing, Theirs, day_of,
};
use crate::Millis;

/// What both sides have of one payment.
pub(super) struct Group<'r> {
    days: Days,
    ours: Option<Ours>,
    ins: Vec<Theirs>,
    backs: Vec<Theirs>,
    report: &'r mut Report,
    /// Where this payment's breaks begin.
    first: usize,
}

impl<'r> Group<'r> {
    /// Both sides of one payment; `theirs` in the order of their times.
    pub(super) fn new(
        days: Days,
        ours: Option<Ours>,
        theirs: Vec<Theirs>,
        report: &'r mut Report,
    ) -> Self {
        let (ins, backs) = theirs.into_iter().partition(|row| row.flow == Flow::In);
        let first = report.breaks.len();
        Self { days, ours, ins, backs, report, first }
    }

    /// Compares, first what came in, then what went back.
    pub(super) fn run(mut self) {
        match self.ours.as_ref().map(|ours| ours.standing) {
            None => self.strange(Kind::MissingHere),
            Some(Standing::Held) => self.held(),
            Some(Standing::Open(asked_at)) => self.open(asked_at),
            Some(Standing::Unpaid) => self.strange(Kind::UnpaidHere),
        }
    }

    /// We hold nothing of it: what the PG has and did not take back itself is a break.
    fn strange(&mut self, kind: Kind) {
        for row in std::mem::take(&mut self.ins) {
            if self.taken_back(&row) {
                self.report.netted += 1;
            } else {
                self.theirs_only(kind, &row);
            }
        }
        for row in std::mem::take(&mut self.backs) {
            self.theirs_only(Kind::CancelMissingHere, &row);
        }
    }

    /// Whatever the PG says of it, we do not know yet.
    fn open(&mut self, asked_at: Millis) {
        let told = self.ins.first().cloned();
        let at = told.as_ref().map_or(asked_at, |row| row.at);
        if self.days.hold(at) || self.days.hold(asked_at) {
            let theirs = told.as_ref().map(|row| self.their_side(row));
            let difference = told.map_or(0, |row| row.amount);
            let day = day_of(asked_at);
            self.add(Kind::UnknownHere, Flow::In, "", None, theirs, (day, difference));
        }
        let extra = self.ins.split_off(self.ins.len().min(1));
        for row in extra {
            if !self.taken_back(&row) {
                self.theirs_only(Kind::TwiceAtPg, &row);
            }
        }
    }

    fn held(&mut self) {
        let Some(paid) = self.ours.as_ref().and_then(|ours| ours.paid.clone()) else { return };
        let same = |row: &Theirs| row.tid == paid.tid && !paid.tid.is_empty();
        // What we hold since long ago was told long ago: another number is another approval.
        let near = self.days.near(paid.at);
        let may = |row: &Theirs| near || paid.tid.is_empty() || row.tid.is_empty();
        let place = |fits: &dyn Fn(&Theirs) -> bool| self.ins.iter().position(fits);
        let found = place(&|row| same(row) && row.amount == paid.amount)
            .or_else(|| place(&same))
            .or_else(|| place(&|row| may(row) && row.amount == paid.amount))
            .or_else(|| place(&may));
        match found.map(|at| self.ins.remove(at)) {
            None => {
                self.ours_only(Kind::MissingAtPg, Flow::In, &paid);
                self.extra_ins(&paid.tid);
            }
            Some(row) => {
                self.pair(Flow::In, &paid, &row);
                self.extra_ins(&row.tid);
            }
        }
        self.cancels();
    }

    /// Approvals beside the one we hold.
    fn extra_ins(&mut self, held: &str) {
        for row in std::mem::take(&mut self.ins) {
            if row.tid != held && self.taken_back(&row) {
                self.report.netted += 1;
            } else {
                self.theirs_only(Kind::TwiceAtPg, &row);
            }
        }
    }

    /// Whether the PG gave a whole approval back under its own number; those rows are then done
    /// with.
    fn taken_back(&mut self, row: &Theirs) -> bool {
        let mine = |back: &Theirs| back.tid == row.tid && !row.tid.is_empty();
        let backs = self.backs.iter().filter(|back| mine(back));
        if backs.fold(0_i64, |sum, back| sum.saturating_add(back.amount)) != row.amount {
            return false;
        }
        self.backs.retain(|back| !mine(back));
        true
    }

    fn cancels(&mut self) {
        let mut ours = self.ours.as_ref().map(|ours| ours.backs.clone()).unwrap_or_default();
        let number = |our: &Entry, row: &Theirs| {
            !our.tid.is_empty() && (our.tid == row.cancel_no || our.tid == row.tid)
        };
        let day = |our: &Entry, row: &Theirs| day_of(our.at).abs_diff(day_of(row.at)) <= 1;
        let amount = |our: &Entry, row: &Theirs| our.amount == row.amount;
        self.paired(&mut ours, |our, row| number(our, row) && amount(our, row));
        self.paired(&mut ours, |our, row| amount(our, row) && day(our, row));
        self.paired(&mut ours, number);
        self.pending();
        self.repeated();
        // What is left over on both sides is the same cancel, with another amount or day.
        let days = self.days;
        self.paired(&mut ours, |our, _| days.near(our.at));
        for our in ours {
            self.ours_only(Kind::CancelMissingAtPg, Flow::Back, &our);
        }
        for row in std::mem::take(&mut self.backs) {
            self.theirs_only(Kind::CancelMissingHere, &row);
        }
    }

    /// Pairs each of ours with the first of theirs that fits.
    fn paired(&mut self, ours: &mut Vec<Entry>, fits: impl Fn(&Entry, &Theirs) -> bool) {
        ours.retain(|our| {
            let Some(at) = self.backs.iter().position(|row| fits(our, row)) else { return true };
            let row = self.backs.remove(at);
            self.pair(Flow::Back, our, &row);
            false
        });
    }

    /// A cancel of ours without an end: the PG's row of it, if there is one, is not a strange one.
    fn pending(&mut self) {
        let Some(pending) = self.ours.as_ref().and_then(|ours| ours.pending.clone()) else {
            return;
        };
        let at = self.backs.iter().position(|row| row.amount == pending.amount);
        let told = at.map(|at| self.backs.remove(at));
        let theirs_in = told.as_ref().is_some_and(|row| self.days.hold(row.at));
        if theirs_in || self.days.hold(pending.at) {
            let theirs = told.as_ref().map(|row| self.their_side(row));
            let difference = told.map_or(0, |row| -row.amount);
            let ours = self.our_side(&pending);
            let day = day_of(pending.at);
            let kind = Kind::CancelUnknownHere;
            self.add(kind, Flow::Back, &pending.tid, Some(ours), theirs, (day, difference));
        }
    }

    /// The same cancel told twice: by its own number, which was paired before.
    fn repeated(&mut self) {
        let Some(ours) = &self.ours else { return };
        let known: Vec<String> = ours.backs.iter().map(|back| back.tid.clone()).collect();
        let again = |row: &Theirs| !row.cancel_no.is_empty() && known.contains(&row.cancel_no);
        let (twice, rest) = std::mem::take(&mut self.backs).into_iter().partition(again);
        self.backs = rest;
        for row in twice {
            self.theirs_only(Kind::TwiceAtPg, &row);
        }
    }

    /// An item both have.
    fn pair(&mut self, flow: Flow, our: &Entry, row: &Theirs) {
        let (ours, theirs) = (self.our_side(our), self.their_side(row));
        let (our_day, their_day) = (day_of(our.at), day_of(row.at));
        let about = self.days.hold(our.at) || self.days.hold(row.at);
        let mut agrees = true;
        let currency = theirs.currency.is_empty() || theirs.currency == ours.currency;
        let mid = theirs.mid.is_empty() || ours.mid.is_empty() || theirs.mid == ours.mid;
        let apart = our_day.abs_diff(their_day);
        let amounts = match flow {
            Flow::In => (Kind::AmountDiffers, row.amount - our.amount),
            Flow::Back => (Kind::CancelAmountDiffers, our.amount - row.amount),
        };
        let wrongs = [
            (!currency, (Kind::CurrencyDiffers, 0)),
            (currency && our.amount != row.amount, amounts),
            (!mid && flow == Flow::In, (Kind::MidDiffers, 0)),
            (apart > 1, (Kind::DayDiffers, 0)),
        ];
        for (wrong, (kind, difference)) in wrongs {
            if wrong && about {
                let sides = (Some(ours.clone()), Some(theirs.clone()));
                self.add(kind, flow, &our.tid, sides.0, sides.1, (our_day, difference));
            }
            agrees &= !wrong;
        }
        if !about {
            return;
        }
        if apart == 1 {
            let imp_uid = self.imp_uid();
            let item = item(flow, &imp_uid, &our.tid);
            self.report.other_days.push(OtherDay { item, imp_uid, flow, ours, theirs });
        }
        self.report.matched += u64::from(agrees);
    }

    fn ours_only(&mut self, kind: Kind, flow: Flow, our: &Entry) {
        if !self.days.hold(our.at) {
            return;
        }
        let difference = if flow == Flow::In { -our.amount } else { our.amount };
        let (ours, day) = (self.our_side(our), day_of(our.at));
        self.add(kind, flow, &our.tid, Some(ours), None, (day, difference));
    }

    fn theirs_only(&mut self, kind: Kind, row: &Theirs) {
        if !self.days.hold(row.at) {
            return;
        }
        let difference = if row.flow == Flow::In { row.amount } else { -row.amount };
        let (theirs, day) = (self.their_side(row), day_of(row.at));
        let imp_uid = self.ours.as_ref().map(|ours| ours.imp_uid.clone());
        let whose = imp_uid.as_deref().unwrap_or(&row.order_no);
        let item = item(row.flow, whose, &theirs.tid);
        self.push(Break {
            kind,
            item,
            imp_uid,
            order_no: row.order_no.clone(),
            flow: row.flow,
            day,
            ours: None,
            theirs: Some(theirs),
            difference,
        });
    }

    fn add(
        &mut self,
        kind: Kind,
        flow: Flow,
        number: &str,
        ours: Option<Side>,
        theirs: Option<Side>,
        (day, difference): (i64, i64),
    ) {
        let imp_uid = self.imp_uid();
        self.push(Break {
            kind,
            item: item(flow, &imp_uid, number),
            order_no: imp_uid.clone(),
            imp_uid: Some(imp_uid),
            flow,
            day,
            ours,
            theirs,
            difference,
        });
    }

    /// Adds a break. Two alike, such as the same row twice, are told apart by a number.
    fn push(&mut self, mut found: Break) {
        let mine = self.report.breaks.get(self.first..).unwrap_or_default();
        let alike = |known: &&Break| {
            let name = known.item.split_once(" #").map_or(known.item.as_str(), |(name, _)| name);
            known.kind == found.kind && name == found.item
        };
        let before = mine.iter().filter(alike).count();
        if before > 0 {
            found.item = format!("{} #{}", found.item, before + 1);
        }
        self.report.breaks.push(found);
    }

    fn imp_uid(&self) -> String {
        self.ours.as_ref().map(|ours| ours.imp_uid.clone()).unwrap_or_default()
    }

    fn our_side(&self, entry: &Entry) -> Side {
        let text =
            |read: fn(&Ours) -> &String| self.ours.as_ref().map(read).cloned().unwrap_or_default();
        Side {
            amount: entry.amount,
            currency: text(|ours| &ours.currency),
            mid: text(|ours| &ours.mid),
            tid: entry.tid.clone(),
            at: entry.at,
            line: None,
        }
    }

    fn their_side(&self, row: &Theirs) -> Side {
        let number = if row.cancel_no.is_empty() { &row.tid } else { &row.cancel_no };
        Side {
            amount: row.amount,
            currency: row.currency.clone(),
            mid: row.mid.clone(),
            tid: number.clone(),
            at: row.at,
            line: Some(row.line).filter(|line| *line > 0),
        }
    }
}

/// The same words for the same item in every run.
fn item(flow: Flow, whose: &str, number: &str) -> String {
    match flow {
        Flow::In => format!("in {whose} {number}"),
        Flow::Back => format!("back {whose} {number}"),
    }
}
