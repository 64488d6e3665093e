namespace EdgeHubSimulator.Routing;

/// <summary>
/// What stands after WHERE, in the language of edgeHub: properties of the application by name, of the system as <c>$name</c>, values of a
/// JSON body as <c>$body.path[0]</c>; arithmetic, comparisons, logic of three values, <c>??</c>, and functions. What has the wrong
/// kind by its text alone is refused when the route is read; what turns out so with a message is undefined, and takes no message.
/// Truth for it: the tests of Azure/iotedge, <c>ConditionCompilerTest.cs</c> and <c>BodyQueryTest.cs</c>.
/// </summary>
internal sealed class Condition
{
    /// <summary>Parentheses within each other; more is no condition but an attempt.</summary>
    private const int MaxDepth = 100;

    // From the loosest to the tightest. All bind from the left.
    private static readonly string[][] Levels =
    [
        ["??"], ["or"], ["and"], ["=", "!=", "<>"], ["<", "<=", ">", ">="], ["+", "-", "||"], ["*", "/", "%"],
    ];

    private readonly IReadOnlyList<ConditionToken> _tokens;
    private readonly MessageOrigin? _origin;
    private readonly ConditionPart _whole;
    private int _at;
    private int _depth;

    private Condition(string text, MessageOrigin? origin)
    {
        (_tokens, _origin) = (ConditionLexer.Read(text), origin);
        _whole = Binary(0);
        if (Here.Kind != ConditionTokenKind.End)
        {
            throw Wrong(Here, $"expected the end, found '{Here.Text}'");
        }
    }

    private ConditionToken Here => _tokens[_at];

    /// <param name="origin">What the route takes; null if it takes everything.</param>
    /// <exception cref="FormatException">Not a condition; the message names the character, from 1.</exception>
    public static Condition Parse(string text, MessageOrigin? origin = MessageOrigin.Telemetry) => new(text, origin);

    /// <summary>Bool, or undefined: a number or a text is no answer; the null that was written is no, one that was found is none.</summary>
    public ConditionValue Evaluate(RoutedMessage message)
    {
        ConditionValue value = _whole.Evaluate(message);
        return value.Kind switch
        {
            ConditionKind.Bool => value,
            ConditionKind.Null when _whole.Kind == ConditionKind.Null => ConditionValue.Of(false),
            _ => ConditionValue.Undefined,
        };
    }

    private ConditionPart Binary(int level)
    {
        if (level == Levels.Length)
        {
            return Unary();
        }

        ConditionPart left = Binary(level + 1);
        while (Levels[level].FirstOrDefault(word => Here.IsSign(word) || Here.IsWord(word)) is { } operation)
        {
            ConditionToken at = _tokens[_at++];
            ConditionPart right = Binary(level + 1);
            left = ConditionOperators.Combine(operation, left, right)
                ?? throw Wrong(at, $"'{operation}' does not take {Name(left.Kind)} and {Name(right.Kind)}");
        }

        return left;
    }

    private ConditionPart Unary()
    {
        ConditionToken token = Here;
        bool minus = token.IsSign("-");
        if (!minus && !token.IsWord("not"))
        {
            return Primary();
        }

        _at++;
        ConditionPart operand = Nested(Unary);
        return (minus ? ConditionOperators.Negate(operand) : ConditionOperators.Not(operand))
            ?? throw Wrong(token, $"'{token.Text}' does not take {Name(operand.Kind)}");
    }

    private ConditionPart Primary()
    {
        ConditionToken token = Here;
        _at++;
        switch (token.Kind)
        {
            case ConditionTokenKind.Number:
                ConditionValue number = ConditionValue.Of(token.Number);
                return new ConditionPart(ConditionKind.Number, _ => number);
            case ConditionTokenKind.Text:
                ConditionValue text = ConditionValue.Of(token.Text);
                return new ConditionPart(ConditionKind.Text, _ => text);
            case ConditionTokenKind.System or ConditionTokenKind.Braced:
                return ConditionProperty.System(token.Text, token.Kind == ConditionTokenKind.Braced) ?? throw Wrong(token, $"'${token.Text}' is no path into a body: write $body.name, $body.list[0]");
            case ConditionTokenKind.Name when Here.IsSign("(") && token.IsWord(TwinChange.Function):
                return Includes(token);
            case ConditionTokenKind.Name when Here.IsSign("("):
                return Call(token);
            case ConditionTokenKind.Name:
                return Word(token);
            case ConditionTokenKind.Sign when token.Text == "(":
                ConditionPart inner = Nested(() => Binary(0));
                Take(")");
                return inner;
            default:
                throw Wrong(token, $"expected a value, found '{token.Text}'");
        }
    }

    private static ConditionPart Word(ConditionToken token) => token.Text.ToUpperInvariant() switch
    {
        "TRUE" => new ConditionPart(ConditionKind.Bool, _ => ConditionValue.Of(true)),
        "FALSE" => new ConditionPart(ConditionKind.Bool, _ => ConditionValue.Of(false)),
        "NULL" => new ConditionPart(ConditionKind.Null, _ => ConditionValue.Null),
        "UNDEFINED" => new ConditionPart(ConditionKind.Undefined, _ => ConditionValue.Undefined),
        _ => ConditionProperty.Application(token.Text),
    };

    private ConditionPart Call(ConditionToken name)
    {
        Take("(");
        var arguments = new List<ConditionPart>();
        while (!Here.IsSign(")"))
        {
            if (arguments.Count > 0)
            {
                Take(",");
            }

            arguments.Add(Nested(() => Binary(0)));
        }

        Take(")");
        return ConditionFunctions.Call(name.Text, arguments) ?? throw Wrong(name,
            $"'{name.Text}' does not take ({string.Join(", ", arguments.Select(argument => Name(argument.Kind)))}); known are {string.Join(", ", ConditionFunctions.Names)}");
    }

    // Its argument is a path as it stands, not the value of a property.
    private ConditionPart Includes(ConditionToken name)
    {
        if (_origin != MessageOrigin.TwinChange)
        {
            throw Wrong(name, $"'{name.Text}' goes with FROM /twinChangeNotifications only");
        }

        Take("(");
        ConditionToken path = Here;
        ConditionPart part = (path.Kind == ConditionTokenKind.Name ? TwinChange.Includes(path.Text) : null)
            ?? throw Wrong(path, $"expected a path such as properties.reported.battery.percent, found '{path.Text}'");
        _at++;
        Take(")");
        return part;
    }

    private ConditionPart Nested(Func<ConditionPart> read)
    {
        if (++_depth > MaxDepth)
        {
            throw Wrong(Here, $"more than {MaxDepth} levels");
        }

        ConditionPart part = read();
        _depth--;
        return part;
    }

    private void Take(string sign)
    {
        if (!Here.IsSign(sign))
        {
            throw Wrong(Here, $"expected '{sign}', found '{Here.Text}'");
        }

        _at++;
    }

    private static string Name(ConditionKind kind) => kind switch
    {
        ConditionKind.Undefined => "undefined",
        ConditionKind.Null => "null",
        ConditionKind.Bool => "a boolean",
        ConditionKind.Number => "a number",
        ConditionKind.Text => "a text",
        _ => "a value of the body",
    };

    private static FormatException Wrong(ConditionToken at, string complaint) => new($"condition, character {at.At + 1}: {complaint}.");
}
