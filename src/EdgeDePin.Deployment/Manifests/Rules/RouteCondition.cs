using System.Text.RegularExpressions;

namespace EdgeDePin.Deployment.Manifests.Rules;

/// <summary>Checks that a route's condition can be read: operators, functions and literals of edge-hub Condition.g4. It evaluates
/// nothing.</summary>
internal ref partial struct RouteCondition
{
    private const int MaxDepth = 32;

    private static readonly string[] Functions =
    [
        "abs", "as_number", "ceiling", "concat", "contains", "ends_with", "exp", "floor", "index_of", "is_bool", "is_defined",
            "is_null", "is_number",
        "is_string", "length", "lower", "power", "sign", "square", "sqrt", "starts_with", "substring", "twin_change_includes", "upper",
    ];

    // From weak to strong.
    private static readonly string[][] Levels = [["or"], ["and"], ["=", "!=", "<>", "<", ">", "<=", ">="], ["??"], ["||"],
        ["+", "-"], ["*", "/", "%"]];

    private readonly List<string> _tokens;
    private int _at;

    private RouteCondition(List<string> tokens) => _tokens = tokens;

    /// <summary>Null if the condition can be read, else what is wrong.</summary>
    public static string? Problem(string text)
    {
        var tokens = new List<string>();
        int at = 0;
        while (at < text.Length)
        {
            Match token = Token().Match(text, at);
            if (!token.Success || token.Length == 0)
            {
                return $"'{Shown.Short(text[at..])}' is nothing that a condition has.";
            }

            at += token.Length;
            if (!string.IsNullOrWhiteSpace(token.Value))
            {
                tokens.Add(token.Value);
            }
        }

        var condition = new RouteCondition(tokens);
        return condition.Expression(0, 0) ?? (condition._at < tokens.Count ? $"'{tokens[condition._at]}' is one too many." : null);
    }

    private readonly string? Next => _at < _tokens.Count ? _tokens[_at] : null;

    private string? Expression(int level, int depth)
    {
        if (depth > MaxDepth)
        {
            return "it is nested too deeply.";
        }

        if (level == Levels.Length)
        {
            return Operand(depth);
        }

        string? problem = Expression(level + 1, depth);
        while (problem is null && Next is { } next && Levels[level].Contains(next, StringComparer.OrdinalIgnoreCase))
        {
            _at++;
            problem = Expression(level + 1, depth);
        }

        return problem;
    }

    private string? Operand(int depth)
    {
        switch (Next?.ToUpperInvariant())
        {
            case null:
                return "it ends where a value should stand.";
            case "NOT" or "-":
                _at++;
                // NOT reaches over a comparison, a minus does not.
                return depth > MaxDepth ? "it is nested too deeply." : _tokens[_at - 1] == "-" ? Operand(depth + 1)
                    : Expression(2, depth + 1);
            case "(":
                _at++;
                return Expression(0, depth + 1) ?? Closed();
        }

        string token = _tokens[_at++];
        if (!char.IsLetter(token[0]) || Next != "(")
        {
            return char.IsLetterOrDigit(token[0]) || token[0] is '$' or '{' or '\'' or '"' or '_' or '.' ? null
                : $"'{token}' stands where a value should.";
        }

        if (!Functions.Contains(token, StringComparer.OrdinalIgnoreCase))
        {
            return $"edgeHub has no function '{token}'.";
        }

        _at++;
        string? problem = null;
        for (bool more = Next != ")"; more && problem is null;)
        {
            problem = Expression(0, depth + 1);
            more = Next == ",";
            _at += more ? 1 : 0;
        }

        return problem ?? Closed();
    }

    private string? Closed()
    {
        if (Next != ")")
        {
            return Next is { } next ? $"'{next}' stands where ) should." : "a ) is missing.";
        }

        _at++;
        return null;
    }

    [GeneratedRegex("""\G(\s+|'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|0x[0-9a-fA-F]+|\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\{\$?[^}]+\}|\$?[\p{L}_][\p{L}\p{N}_\-]*(?:\.[\p{L}_][\p{L}\p{N}_]*|\[\d+\])*|\?\?|\|\||<>|!=|<=|>=|[=<>+\-*/%(),])""")]
    private static partial Regex Token();
}
