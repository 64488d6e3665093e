using System.Diagnostics.CodeAnalysis;

namespace EdgeDePin.Sharing;

/// <summary>Remembers what ended lately, the newest <paramref name="capacity"/> of them, so that what comes twice is answered alike.</summary>
internal sealed class RecentlyEnded<TKey, TValue>(int capacity)
    where TKey : struct
{
    private readonly Dictionary<TKey, TValue> _values = [];
    private readonly Queue<TKey> _order = new();

    public void Add(TKey key, TValue value)
    {
        if (_values.TryAdd(key, value))
        {
            _order.Enqueue(key);
            if (_order.Count > capacity)
            {
                _values.Remove(_order.Dequeue());
            }
        }
    }

    /// <summary>As <see cref="Add"/>, but what was said before is replaced.</summary>
    public void Set(TKey key, TValue value)
    {
        if (_values.ContainsKey(key))
        {
            _values[key] = value;
        }
        else
        {
            Add(key, value);
        }
    }

    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value) => _values.TryGetValue(key, out value);
}
