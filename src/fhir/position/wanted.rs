//! The elements whose places are wanted, as a tree of the steps of their expressions.

/// Steps of one expression; deeper ones have the place of what they are in.
const MOST_STEPS: usize = 120;

/// The tree. Node 0 is the resource itself.
#[derive(Debug)]
pub(super) struct Wanted<'e> {
    nodes: Vec<WantedNode<'e>>,
}

#[derive(Debug, Default)]
struct WantedNode<'e> {
    parent: usize,
    children: Vec<(&'e str, usize, usize)>,
    /// Where it begins in the text.
    offset: Option<usize>,
}

impl Default for Wanted<'_> {
    fn default() -> Self {
        Self { nodes: vec![WantedNode::default()] }
    }
}

impl<'e> Wanted<'e> {
    /// Adds an expression such as `Patient.name[0].given[1]`; the node that stands for its element.
    pub(super) fn add(&mut self, expression: &'e str) -> usize {
        let steps = expression.split('.').skip(1).take(MOST_STEPS);
        let mut node = 0;
        for step in steps {
            let (name, index) = match step.split_once('[') {
                Some((name, rest)) => {
                    let digits = rest.strip_suffix(']').unwrap_or(rest);
                    let Ok(index) = digits.parse() else { break };
                    (name, index)
                }
                None => (step, 0),
            };
            if name.is_empty() || name.contains('(') {
                break;
            }
            node = self.child(node, name, index);
        }
        node
    }

    fn child(&mut self, node: usize, name: &'e str, index: usize) -> usize {
        let known = self.nodes.get(node).and_then(|node| {
            node.children.iter().find(|child| child.0 == name && child.1 == index)
        });
        if let Some((_, _, child)) = known {
            return *child;
        }
        let child = self.nodes.len();
        self.nodes.push(WantedNode { parent: node, ..WantedNode::default() });
        if let Some(parent) = self.nodes.get_mut(node) {
            parent.children.push((name, index, child));
        }
        child
    }

    /// The node of an element of a node, by the name it has in the text: `deceasedBoolean` is the
    /// element `deceased`.
    pub(super) fn below(&self, node: Option<usize>, key: &str, index: usize) -> Option<usize> {
        let node = self.nodes.get(node?)?;
        let stands_for = |name: &str| {
            let rest = key.strip_prefix(name);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(|c: char| c.is_uppercase()))
        };
        let children = node.children.iter().filter(|child| child.1 == index);
        let best = children.filter(|child| stands_for(child.0)).max_by_key(|child| child.0.len());
        best.map(|child| child.2)
    }

    /// Whether anything below a node is wanted.
    pub(super) fn has_below(&self, node: Option<usize>) -> bool {
        let node = node.and_then(|node| self.nodes.get(node));
        node.is_some_and(|node| !node.children.is_empty())
    }

    /// Notes where a node begins; the first time counts.
    pub(super) fn found(&mut self, node: Option<usize>, offset: usize) {
        if let Some(node) = node.and_then(|node| self.nodes.get_mut(node)) {
            node.offset.get_or_insert(offset);
        }
    }

    /// Where a node begins, or the nearest node around it that is there.
    pub(super) fn offset(&self, node: usize) -> Option<usize> {
        let mut at = self.nodes.get(node)?;
        for _ in 0..=MOST_STEPS {
            if at.offset.is_some() {
                return at.offset;
            }
            at = self.nodes.get(at.parent)?;
        }
        None
    }
}
