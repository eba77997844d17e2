//! Categories by number, and which of them is a kind of which: the tree of each office.

use domain::category::{Category, CategorySlug};
use rustc_hash::FxHashMap;

use crate::map::count;

/// The number of a category.
pub(crate) type Cat = u32;

/// Stands for "anything" where a wanted category stands.
pub(crate) const ANY: Cat = u32::MAX;

/// The names of all categories, also of those that no office has any more.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    by_slug: FxHashMap<CategorySlug, Cat>,
    slugs: Vec<CategorySlug>,
}

impl Names {
    pub fn intern(&mut self, slug: &CategorySlug) -> Cat {
        if let Some(&cat) = self.by_slug.get(slug) {
            return cat;
        }
        let cat = count(self.slugs.len());
        self.slugs.push(slug.clone());
        self.by_slug.insert(slug.clone(), cat);
        cat
    }

    pub fn slug(&self, cat: Cat) -> &CategorySlug {
        &self.slugs[cat as usize]
    }
}

/// What an office knows of one category.
#[derive(Clone, Debug, Default)]
struct Node {
    exists: bool,
    parent: Option<Cat>,
    children: Vec<Cat>,
}

/// The categories of one office.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tree {
    nodes: Vec<Node>,
}

impl Tree {
    pub fn new(categories: &[Category], names: &mut Names) -> Self {
        let mut tree = Self::default();
        for category in categories {
            let (cat, parent) = (names.intern(&category.slug), category.parent.as_ref().map(|p| names.intern(p)));
            let last = cat.max(parent.unwrap_or(cat)) as usize;
            if tree.nodes.len() <= last {
                tree.nodes.resize_with(last + 1, Node::default);
            }
            let node = &mut tree.nodes[cat as usize];
            node.exists = true;
            node.parent = parent;
        }
        for cat in 0..tree.nodes.len() {
            if let Some(parent) = tree.nodes[cat].parent.filter(|&p| p as usize != cat) {
                tree.nodes[parent as usize].children.push(count(cat));
            }
        }
        tree
    }

    pub fn exists(&self, cat: Cat) -> bool {
        self.nodes.get(cat as usize).is_some_and(|n| n.exists)
    }

    /// Whether who gives `give` serves who wants `want`: the same, or a kind of it.
    pub fn serves(&self, give: Cat, want: Cat) -> bool {
        self.exists(give)
            && (want == ANY || self.exists(want) && (give == want || self.nodes[give as usize].parent == Some(want)))
    }

    /// The wants that a give serves.
    pub fn served(&self, give: Cat) -> impl Iterator<Item = Cat> + Clone + use<> {
        let parent = self.nodes.get(give as usize).and_then(|n| n.parent).filter(|&p| p != give && self.exists(p));
        std::iter::once(give).chain(parent)
    }

    /// The gives that serve a want.
    pub fn serving(&self, want: Cat) -> impl Iterator<Item = Cat> + Clone + '_ {
        let children = self.nodes.get(want as usize).map_or(&[][..], |n| &n.children);
        std::iter::once(want).chain(children.iter().copied())
    }
}
