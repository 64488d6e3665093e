using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EdgeDePin.Deployment.Manifests.Rules;

/// <summary>What form a JSON value must have. Only the few forms that a manifest needs.</summary>
internal abstract record Shape
{
    private Shape()
    {
    }

    /// <summary>What is asked for, in words.</summary>
    public abstract string Words { get; }

    /// <summary>A text that satisfies a condition.</summary>
    public sealed record Text(string Described, Func<string, bool>? Fits = null) : Shape
    {
        public override string Words => Described;
    }

    /// <summary>A whole number within limits.</summary>
    public sealed record Whole(decimal From, decimal To) : Shape
    {
        public override string Words => string.Create(CultureInfo.InvariantCulture, $"a whole number from {From} to {To}");
    }

    /// <summary>A text, a number, true or false.</summary>
    public sealed record Scalar : Shape
    {
        public override string Words => "a text, a number, true or false";
    }

    /// <summary>A text or an object with a form of its own.</summary>
    public sealed record TextOr(Text Simple, Structure Full) : Shape
    {
        public override string Words => $"{Simple.Words}, or {Full.Words}";
    }

    /// <summary>An object: named members, members whose names satisfy a condition, and others only if open.</summary>
    public sealed record Structure(ImmutableArray<Member> Members, Named? Others = null, bool Open = false) : Shape
    {
        public override string Words => "an object";
    }

    /// <param name="Name">Key.</param>
    /// <param name="Form">Of its value.</param>
    /// <param name="Required">Whether it must be there.</param>
    /// <param name="Extension">Null, or what reads it although the published schema has no such member.</param>
    public sealed record Member(string Name, Shape Form, bool Required = false, string? Extension = null);

    /// <summary>Members with names of the user's choice.</summary>
    public sealed record Named(string Words, Func<string, bool> Fits, Shape Form);

    /// <summary>What differs from the form, at every depth.</summary>
    public static IEnumerable<Difference> Differences(Shape shape, JsonNode? node, string path) => shape switch
    {
        Structure structure => node is JsonObject whole ? InObject(structure, whole, path) : [Wrong(shape, node, path)],
        TextOr either => node is JsonObject ? Differences(either.Full, node, path) : Differences(either.Simple, node, path),
        Text text => AsText(node) is { } said && (text.Fits is null || text.Fits(said)) ? [] : [Wrong(shape, node, path)],
        Whole whole => AsNumber(node) is { } number && decimal.Truncate(number) == number && number >= whole.From && number <= whole.To
            ? [] : [Wrong(shape, node, path)],
        _ => node is JsonValue ? [] : [Wrong(shape, node, path)],
    };

    private static IEnumerable<Difference> InObject(Structure structure, JsonObject whole, string path)
    {
        foreach (Member member in structure.Members.Where(member => member.Required && !whole.ContainsKey(member.Name)))
        {
            yield return new Difference(path, whole, null, $"'{member.Name}' is missing.", $"Add \"{member.Name}\": {member.Form.Words}.");
        }

        foreach ((string name, JsonNode? value) in whole)
        {
            string child = JsonPath.Child(path, name);
            Member? member = structure.Members.FirstOrDefault(candidate => candidate.Name == name);
            Shape? form = member?.Form ?? (structure.Others is { } others && others.Fits(name) ? others.Form : null);
            if (member?.Extension is { } extension)
            {
                yield return new Difference(child, value ?? whole, extension, $"the published schema does not know it; {extension} reads it.", "Nothing to do, unless another tool refuses it.");
            }

            if (form is not null)
            {
                foreach (Difference difference in Differences(form, value, child))
                {
                    yield return difference;
                }
            }
            else if (!structure.Open)
            {
                IEnumerable<string> known = structure.Members.Select(one => one.Name);
                yield return new Difference(child, value ?? whole, null, "nothing of this name belongs here.",
                    structure.Others is { } named ? $"Use {string.Join(", ", known.Append(named.Words))}." : $"Use {string.Join(", ", known)}, or take it out.");
            }
        }
    }

    private static Difference Wrong(Shape shape, JsonNode? node, string path) => new(path, node, null, $"it must be {shape.Words}.", "Correct the value.");

    private static string? AsText(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    private static decimal? AsNumber(JsonNode? node) =>
        node is JsonValue value && value.GetValueKind() == JsonValueKind.Number
        && decimal.TryParse(value.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number) ? number : null;

    /// <param name="Path">Where.</param>
    /// <param name="Node">What stands there, or around it.</param>
    /// <param name="Extension">Null, or what reads it although the published schema does not know it.</param>
    /// <param name="Problem">In words.</param>
    /// <param name="Remedy">In words.</param>
    public sealed record Difference(string Path, JsonNode? Node, string? Extension, string Problem, string Remedy);
}
