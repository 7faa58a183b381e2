//! Counting through all cases: a case is what a function makes of the choices it is given.
//!
//! ```text
//!   choices      0 0 0   0 0 1   0 1     1 0 0   ...
//!   bounds       2 2 2   2 2 2   2 2     2 2 2
//! ```
//!
//! The function asks for one number after another, each below a bound. What it asks for may depend
//! on the answers before.
//!
//! The crate `exhaustigen` works this way. It is not used because it can only start at the first
//! case: a search that is shared among cores and machines has to enter the tree at any branch
//! ([`Choices::below`]), and the mutation score needs random cases ([`Choose`] for [`Rng`]).

use vhdx_log_image::generate::Rng;

/// A source of choices.
pub trait Choose {
    /// A number below `bound`, which is not 0.
    fn choose(&mut self, bound: usize) -> usize;

    fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.choose(list.len())]
    }
}

/// Random choices.
impl Choose for Rng {
    fn choose(&mut self, bound: usize) -> usize {
        self.index(bound)
    }
}

/// The choices of one case after another.
#[derive(Clone, Debug, Default)]
pub struct Choices {
    /// The answers, each with its bound.
    made: Vec<(usize, usize)>,
    /// How many of these the current case has asked for so far.
    asked: usize,
    /// How many of the first ones never change.
    fixed: usize,
}

impl Choices {
    /// All cases whose choices begin with these.
    pub fn below(prefix: &[usize]) -> Self {
        let made = prefix.iter().map(|&answer| (answer, answer + 1)).collect();
        Self {
            made,
            asked: 0,
            fixed: prefix.len(),
        }
    }

    /// Moves to the next case; `false` after the last one.
    pub fn advance(&mut self) -> bool {
        // This case may have asked for fewer numbers than the one before.
        self.made.truncate(self.asked.max(self.fixed));
        self.asked = 0;
        while self.made.len() > self.fixed {
            let Some((answer, bound)) = self.made.last_mut() else {
                break;
            };
            *answer += 1;
            if *answer < *bound {
                return true;
            }
            self.made.pop();
        }
        false
    }

    /// The choices of the case that was made last.
    pub fn answers(&self) -> Vec<usize> {
        self.made[..self.asked.min(self.made.len())]
            .iter()
            .map(|&(answer, _)| answer)
            .collect()
    }
}

impl Choose for Choices {
    fn choose(&mut self, bound: usize) -> usize {
        match self.made.get_mut(self.asked) {
            Some((answer, known)) => {
                *known = if self.asked < self.fixed {
                    *known
                } else {
                    bound
                };
                self.asked += 1;
                (*answer).min(bound - 1)
            }
            None => {
                self.made.push((0, bound));
                self.asked += 1;
                0
            }
        }
    }
}

/// Prefixes of choices that divide the cases of a function into about as many pieces as wanted,
/// none of them empty.
pub fn branches(wanted: usize, make: impl Fn(&mut Choices)) -> Vec<Vec<usize>> {
    let mut branches = vec![Vec::new()];
    for depth in 1.. {
        let mut deeper: Vec<Vec<usize>> = Vec::new();
        for branch in &branches {
            let mut choices = Choices::below(branch);
            if branch.len() + 1 < depth {
                deeper.push(branch.clone());
                continue;
            }
            make(&mut choices);
            match choices
                .made
                .get(branch.len())
                .filter(|_| choices.asked > branch.len())
            {
                Some(&(_, bound)) => {
                    deeper.extend((0..bound).map(|answer| [branch.as_slice(), &[answer]].concat()))
                }
                None => deeper.push(branch.clone()),
            }
        }
        let grown = deeper.len() > branches.len();
        branches = deeper;
        if branches.len() >= wanted || (!grown && depth > 8) {
            break;
        }
    }
    branches
}
