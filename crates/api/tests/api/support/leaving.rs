//! Leaving, as the tests do it.

use domain::leaving::{Leave, LeaveWhen, ReceiptState, ReceiptToken, ReceiptView};
use domain::tenant::Password;

use super::{PASSWORD, Person, Toit, unique};

/// A token that no other call of this process gets.
pub fn receipt_token() -> ReceiptToken {
    ReceiptToken::parse(format!("receipt-of-a-test-{:010}", unique())).expect("long enough")
}

/// What somebody sends to leave.
pub fn leave(when: LeaveWhen) -> Leave {
    Leave { password: Password::parse(PASSWORD).expect("a password"), when, receipt: receipt_token() }
}

impl Person {
    /// Asks to leave; answers with the name of the receipt.
    pub async fn ask_to_leave(&self, when: LeaveWhen) -> ReceiptToken {
        let leave = leave(when);
        self.client.leave(&leave).await.expect("she may leave");
        leave.receipt
    }

    /// Leaves at once, and is gone.
    pub async fn leave(&self, toit: &Toit) -> ReceiptView {
        let token = self.ask_to_leave(LeaveWhen::Now).await;
        toit.tick().await.expect("what is due is done");
        let receipt = toit.stranger().get_receipt(&token).await.expect("a receipt");
        assert_eq!(receipt.state, ReceiptState::Done, "{receipt:?}");
        receipt
    }
}
