using System.Collections.Immutable;

namespace EdgeDePin.Storage.Batches;

/// <summary>Tag sets by their content; they are sorted, so equal sets have equal orders.</summary>
internal sealed class TagSetComparer : IEqualityComparer<ImmutableArray<Tag>>
{
    public static TagSetComparer Instance { get; } = new();

    public bool Equals(ImmutableArray<Tag> x, ImmutableArray<Tag> y)
    {
        if (x.Length != y.Length)
        {
            return false;
        }

        for (int at = 0; at < x.Length; at++)
        {
            if (x[at].Value != y[at].Value || x[at].Key != y[at].Key)
            {
                return false;
            }
        }

        return true;
    }

    public int GetHashCode(ImmutableArray<Tag> obj)
    {
        int hash = obj.Length;
        foreach (Tag tag in obj)
        {
            hash = HashCode.Combine(hash, tag.Key, tag.Value);
        }

        return hash;
    }
}
