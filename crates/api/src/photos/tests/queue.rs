//! Who waits for the decoder, and who is sent away.

use std::pin::Pin;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::task::{Context, Poll, Waker};

use crate::photos::PhotoError;
use crate::photos::queue::Queue;

type Turn<'a> = Pin<Box<dyn Future<Output = Result<(), PhotoError>> + 'a>>;

/// Work that goes on until it is let go.
fn held(queue: &Queue) -> (Turn<'_>, Sender<()>) {
    let (go, wait): (Sender<()>, Receiver<()>) = channel();
    let wait = Mutex::new(wait);
    let turn = queue.turn(move || {
        let _ = wait.lock().map(|wait| wait.recv());
        Ok(())
    });
    (Box::pin(turn), go)
}

fn look(turn: &mut Turn<'_>) -> Poll<Result<(), PhotoError>> {
    turn.as_mut().poll(&mut Context::from_waker(Waker::noop()))
}

#[tokio::test]
async fn one_is_decoded_thirty_two_wait_and_more_come_back_later() {
    let queue = Queue::default();
    let mut waiting: Vec<_> = (0..33).map(|_| held(&queue)).collect();
    for (turn, _) in &mut waiting {
        assert!(look(turn).is_pending());
    }
    assert_eq!(look(&mut held(&queue).0), Poll::Ready(Err(PhotoError::Busy)));
    for (turn, go) in waiting {
        drop(go);
        assert_eq!(turn.await, Ok(()));
    }
    assert_eq!(queue.turn(|| Ok(())).await, Ok(()));
}

#[tokio::test]
async fn whoever_hangs_up_leaves_the_turn_to_the_work_that_goes_on() {
    let queue = Queue::default();
    let (mut first, let_first_go) = held(&queue);
    assert!(look(&mut first).is_pending());
    drop(first);
    let mut waiting: Vec<_> = (0..32).map(|_| held(&queue)).collect();
    for (turn, _) in &mut waiting {
        assert!(look(turn).is_pending());
    }
    assert_eq!(look(&mut held(&queue).0), Poll::Ready(Err(PhotoError::Busy)), "one goes on and thirty-two wait");
    drop(let_first_go);
    for (turn, go) in waiting {
        drop(go);
        assert_eq!(turn.await, Ok(()));
    }
}

#[tokio::test]
async fn a_decoder_that_stumbles_spoils_one_photo_and_no_turn() {
    let queue = Queue::default();
    for _ in 0..100 {
        let stumbled: Result<(), _> = queue.turn(|| panic!("a decoder stumbled")).await;
        assert_eq!(stumbled, Err(PhotoError::Broken));
    }
    assert_eq!(queue.turn(|| Ok(())).await, Ok(()));
}
