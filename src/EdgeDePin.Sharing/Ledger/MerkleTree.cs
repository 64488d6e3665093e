using System.Numerics;
using System.Security.Cryptography;
using EdgeDePin.Model;

namespace EdgeDePin.Sharing.Ledger;

/// <summary>
/// An append-only Merkle tree (RFC 6962 section 2.1): leaf H(0x00 ‖ entry), node H(0x01 ‖ left ‖ right). Whole subtrees are kept,
/// 64 bytes for each entry, so that every proof costs a logarithm.
/// </summary>
public sealed class MerkleTree
{
    // _levels[k][i] is the hash of leaves [i·2^k, (i+1)·2^k).
    private readonly List<List<Digest>> _levels = [[]];

    public long Size => _levels[0].Count;

    public Digest Root => RootOf(Size);

    public static Digest Leaf(ReadOnlySpan<byte> entry) => Digest.Of([0x00, .. entry]);

    public void Append(Digest leaf)
    {
        _levels[0].Add(leaf);
        for (int level = 0; _levels[level].Count % 2 == 0; level++)
        {
            if (_levels.Count == level + 1)
            {
                _levels.Add([]);
            }

            _levels[level + 1].Add(Node(_levels[level][^2], _levels[level][^1]));
        }
    }

    /// <summary>The root when the tree had this size.</summary>
    public Digest RootOf(long size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, Size);
        return size == 0 ? Digest.Of([]) : Hash(0, size);
    }

    /// <summary>The audit path of section 2.1.1: that a leaf is in the tree of this size.</summary>
    public IReadOnlyList<Digest> Inclusion(long index, long size)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, Size);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, size);
        var path = new List<Digest>();
        Path(index, 0, size, path);
        return path;
    }

    /// <summary>The consistency proof of section 2.1.2: that the tree of size <paramref name="from"/> is the beginning of the other.</summary>
    public IReadOnlyList<Digest> Consistency(long from, long size)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, Size);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(from, size);
        var proof = new List<Digest>();
        if (from > 0 && from < size)
        {
            Prove(from, 0, size, whole: true, proof);
        }

        return proof;
    }

    /// <summary>The root that a path leads to (RFC 9162 section 2.1.3.2); null where it has another length than the place asks.</summary>
    public static Digest? RootFrom(Digest leaf, long index, long size, IReadOnlyList<Digest> path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (index < 0 || index >= size)
        {
            return null;
        }

        (long node, long last) = (index, size - 1);
        Digest hash = leaf;
        foreach (Digest sibling in path)
        {
            if (last == 0)
            {
                return null;
            }

            if (node % 2 == 1 || node == last)
            {
                hash = Node(sibling, hash);
                int skip = node % 2 == 1 ? 0 : BitOperations.TrailingZeroCount(node);
                (node, last) = node == 0 ? (0, 0) : (node >> skip, last >> skip);
            }
            else
            {
                hash = Node(hash, sibling);
            }

            (node, last) = (node >> 1, last >> 1);
        }

        return last == 0 ? hash : null;
    }

    /// <summary>Whether a proof shows that one root is the beginning of the other (RFC 9162 section 2.1.4.2).</summary>
    public static bool Follows(long from, Digest fromRoot, long size, Digest root, IReadOnlyList<Digest> proof)
    {
        ArgumentNullException.ThrowIfNull(proof);
        if (from == size)
        {
            return fromRoot == root && proof.Count == 0;
        }

        if (from == 0 || from > size || proof.Count == 0)
        {
            return from == 0 && proof.Count == 0;
        }

        (long node, long last) = (from - 1, size - 1);
        int skip = BitOperations.TrailingZeroCount(~node);
        (node, last) = (node >> skip, last >> skip);
        bool whole = (from & (from - 1)) == 0;
        Digest first = whole ? fromRoot : proof[0], second = first;
        for (int at = whole ? 0 : 1; at < proof.Count; at++)
        {
            if (last == 0)
            {
                return false;
            }

            if (node % 2 == 1 || node == last)
            {
                (first, second) = (Node(proof[at], first), Node(proof[at], second));
                while (node % 2 == 0 && node != 0)
                {
                    (node, last) = (node >> 1, last >> 1);
                }
            }
            else
            {
                second = Node(second, proof[at]);
            }

            (node, last) = (node >> 1, last >> 1);
        }

        return last == 0 && first == fromRoot && second == root;
    }

    private Digest Hash(long from, long size)
    {
        if (BitOperations.IsPow2(size))
        {
            int level = BitOperations.Log2((ulong)size);
            return _levels[level][(int)(from >> level)];
        }

        long half = Half(size);
        return Node(Hash(from, half), Hash(from + half, size - half));
    }

    private void Path(long index, long from, long size, List<Digest> path)
    {
        if (size == 1)
        {
            return;
        }

        long half = Half(size);
        if (index < half)
        {
            Path(index, from, half, path);
            path.Add(Hash(from + half, size - half));
        }
        else
        {
            Path(index - half, from + half, size - half, path);
            path.Add(Hash(from, half));
        }
    }

    private void Prove(long old, long from, long size, bool whole, List<Digest> proof)
    {
        if (old == size)
        {
            if (!whole)
            {
                proof.Add(Hash(from, size));
            }

            return;
        }

        long half = Half(size);
        if (old <= half)
        {
            Prove(old, from, half, whole, proof);
            proof.Add(Hash(from + half, size - half));
        }
        else
        {
            Prove(old - half, from + half, size - half, whole: false, proof);
            proof.Add(Hash(from, half));
        }
    }

    // The largest power of two below the size.
    private static long Half(long size) => 1L << BitOperations.Log2((ulong)(size - 1));

    private static Digest Node(Digest left, Digest right)
    {
        Span<byte> hash = stackalloc byte[Digest.Length];
        SHA256.HashData([0x01, .. left.ToBytes(), .. right.ToBytes()], hash);
        return new Digest(hash);
    }
}
