namespace EdgeDePin.EdgeHub;

/// <summary>
/// The topics of one module, both ways. Templates: edge-hub <c>appsettings_hub.json</c>; habits where they leave a choice (no
/// <c>?</c> before the bag, <c>/</c> after it): the official Node client as captured.
/// </summary>
public sealed class ModuleTopics(ModuleIdentity identity)
{
    private readonly string _root = $"devices/{identity.DeviceId}/modules/{identity.ModuleId}/";

    /// <summary>Everything below is this module's, and nothing else is.</summary>
    public string Root => _root;

    /// <summary>What a module subscribes to for its inputs. edgeHub recognises it by the final <c>/#</c>.</summary>
    public string InputsFilter => _root + "inputs/#";

    /// <summary>Where a message to an output is published.</summary>
    /// <exception cref="ArgumentException">The topic exceeds what MQTT can carry.</exception>
    public string Event(string output, HubMessage message)
    {
        ArgumentException.ThrowIfNullOrEmpty(output);
        ArgumentNullException.ThrowIfNull(message);
        KeyValuePair<string, string?>[] bag = [new(SystemProperty.Output, output), .. message.BagPairs()];
        return Checked($"{_root}messages/events/{PropertyBag.Encode(bag)}/");
    }

    /// <summary>Where the hub delivers to an input; the bag is there only if it holds something.</summary>
    public string Input(string input, IEnumerable<KeyValuePair<string, string?>> properties)
    {
        ArgumentException.ThrowIfNullOrEmpty(input);
        string bag = PropertyBag.Encode(properties);
        return Checked(bag.Length == 0 ? $"{_root}inputs/{input}" : $"{_root}inputs/{input}/{bag}");
    }

    /// <summary>Takes a delivered topic apart; the bag is still encoded, empty if there is none.</summary>
    public bool TryReadInput(string topic, out string input, out string bag)
    {
        (input, bag) = ("", "");
        if (!TryStrip(topic, _root + "inputs/", out string rest))
        {
            return false;
        }

        int slash = rest.IndexOf('/', StringComparison.Ordinal);
        (input, bag) = slash < 0 ? (rest, "") : (rest[..slash], rest[(slash + 1)..]);
        return input.Length > 0;
    }

    /// <summary>Takes a published topic apart; the trailing <c>/</c> is optional, and so is the bag.</summary>
    public bool TryReadEvent(string topic, out string bag)
    {
        bool read = TryStrip(topic, _root + "messages/events", out string rest) && (rest.Length == 0 || rest[0] == '/');
        bag = read && rest.Length > 0 ? rest[1..] : "";
        return read;
    }

    private static bool TryStrip(string topic, string prefix, out string rest)
    {
        bool stripped = topic.StartsWith(prefix, StringComparison.Ordinal);
        rest = stripped ? topic[prefix.Length..] : "";
        return stripped;
    }

    // MQTT writes the length of a topic in two bytes. Encoded topics are ASCII, so characters are bytes.
    private static string Checked(string topic) => topic.Length <= ushort.MaxValue
        ? topic
        : throw new ArgumentException(
            $"The message's properties make a topic of {topic.Length} bytes and MQTT takes {ushort.MaxValue}: put them into the body.");
}
