using CsCheck;
using EdgeDePin.Model;
using EdgeDePin.Sharing.Ledger;

namespace EdgeDePin.Tests.Sharing.Ledger;

/// <summary>Against the known answers of the reference implementation of RFC 6962 (google/certificate-transparency, merkle_tree_test.cc).</summary>
public sealed class MerkleTreeTests
{
    private static readonly string[] Entries =
    [
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    ];

    private static readonly string[] Roots =
    [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    [Fact]
    public void The_published_roots_are_reproduced()
    {
        var tree = new MerkleTree();
        Assert.Equal("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", tree.Root.ToString());
        for (int size = 1; size <= Entries.Length; size++)
        {
            tree.Append(MerkleTree.Leaf(Convert.FromHexString(Entries[size - 1])));
            Assert.Equal(Roots[size - 1], tree.Root.ToString());
        }
    }

    [Fact]
    public void The_published_audit_path_and_consistency_proof_are_reproduced()
    {
        MerkleTree tree = Of(Entries.Select(Convert.FromHexString));
        Assert.Equal(
            ["96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7", "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e", "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"],
            tree.Inclusion(0, 8).Select(hash => hash.ToString()));
        Assert.Equal(
            ["0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a", "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"],
            tree.Consistency(6, 8).Select(hash => hash.ToString()));
    }

    [Fact]
    public void Every_proof_holds_for_its_own_place_and_for_no_other()
    {
        Gen.Select(Gen.Int[1, 70], Gen.Int[0, 1_000_000]).Sample((size, seed) =>
        {
            MerkleTree tree = Of(Enumerable.Range(0, size).Select(BitConverter.GetBytes));
            int index = seed % size, from = seed % (size + 1);
            IReadOnlyList<Digest> path = tree.Inclusion(index, size), proof = tree.Consistency(from, size);
            Digest leaf = MerkleTree.Leaf(BitConverter.GetBytes(index));
            return MerkleTree.RootFrom(leaf, index, size, path) == tree.Root
                && MerkleTree.RootFrom(MerkleTree.Leaf([0xFF]), index, size, path) != tree.Root
                && (size == 1 || MerkleTree.RootFrom(leaf, (index + 1) % size, size, path) != tree.Root)
                && MerkleTree.Follows(from, tree.RootOf(from), size, tree.Root, proof)
                && (from == 0 || !MerkleTree.Follows(from, Digest.Of([1]), size, tree.Root, proof))
                && (from == 0 || from == size || !MerkleTree.Follows(from, tree.RootOf(from), size, tree.Root, [.. proof, leaf]));
        }, iter: 3_000, threads: 1);
    }

    private static MerkleTree Of(IEnumerable<byte[]> entries)
    {
        var tree = new MerkleTree();
        foreach (byte[] entry in entries)
        {
            tree.Append(MerkleTree.Leaf(entry));
        }

        return tree;
    }
}
