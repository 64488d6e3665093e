using System.Collections.Immutable;
using EdgeDePin.Storage.Duck;

namespace EdgeDePin.Storage.Batches;

/// <summary>A tag set of a batch's table.</summary>
internal sealed class BatchSeries(ImmutableArray<Tag> tags)
{
    private int _filling;

    /// <summary>Sorted by key.</summary>
    public ImmutableArray<Tag> Tags => tags;

    /// <summary>Whether a tag has the name that is kept for the timestamp.</summary>
    public bool HasTime { get; } = tags.Any(tag => tag.Key == "time");

    /// <summary>Its number among those that this filling uses.</summary>
    public int Slot { get; private set; }

    /// <summary>The series that came after it last time: a guess that saves a search.</summary>
    public BatchSeries? Next { get; set; }

    public Known<Series> Known { get; } = new();

    /// <summary>Whether this is the first use in a filling.</summary>
    public bool Enter(int filling, int slot)
    {
        if (_filling == filling)
        {
            return false;
        }

        (_filling, Slot) = (filling, slot);
        return true;
    }
}
