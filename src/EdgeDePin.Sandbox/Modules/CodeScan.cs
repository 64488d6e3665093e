namespace EdgeDePin.Sandbox.Modules;

/// <summary>
/// Walks through the body of one function: counts what makes compilers slow, notes floating point, and refuses every opcode that is not of
/// WebAssembly 1.0 with sign extension, saturating conversion, bulk memory and several results. No SIMD, threads, references, tail calls,
/// exceptions: what has one meaning on every processor suffices here.
/// </summary>
internal ref struct CodeScan
{
    private ModuleReader _body;
    private int _nesting;
    private int _branchTargets;

    /// <summary>Whether a body uses floating point.</summary>
    public static bool UsesFloats(ModuleReader body)
    {
        var scan = new CodeScan { _body = body };
        return scan.Locals() | scan.Instructions();
    }

    private bool Locals()
    {
        bool floats = false;
        long locals = 0;
        for (int groups = _body.Count(ModuleLimits.MaxLocals, "groups of locals"); groups > 0; groups--)
        {
            locals += _body.Unsigned();
            byte type = _body.Byte();
            floats |= ModuleTypes.IsFloat(_body, type);
            if (locals > ModuleLimits.MaxLocals)
            {
                throw _body.Refuse($"{locals} locals in one function; at most {ModuleLimits.MaxLocals} are allowed");
            }
        }

        return floats;
    }

    private bool Instructions()
    {
        bool floats = false;
        do
        {
            if (_body.AtEnd)
            {
                throw _body.Refuse("a function without end");
            }

            byte opcode = _body.Byte();
            floats |= IsFloat(opcode) | Skip(opcode);
        }
        while (_nesting >= 0);
        return _body.AtEnd ? floats : throw _body.Refuse("code behind the end of a function");
    }

    // Loads, stores and constants of floats only move bits; they count all the same, since nobody moves floats without computing.
    private static bool IsFloat(byte opcode) => opcode is 0x2A or 0x2B or 0x38 or 0x39 or 0x43 or 0x44
        or (>= 0x5B and <= 0x66) or (>= 0x8B and <= 0xA6) or (>= 0xA8 and <= 0xAB) or (>= 0xAE and <= 0xBF);

    /// <summary>Skips what belongs to the opcode. Returns whether it was a conversion from floats of the second table.</summary>
    private bool Skip(byte opcode)
    {
        switch (opcode)
        {
            case 0x02 or 0x03 or 0x04:
                _ = _body.Signed(33);
                if (++_nesting > ModuleLimits.MaxNesting)
                {
                    throw _body.Refuse($"blocks nested deeper than {ModuleLimits.MaxNesting}");
                }

                break;
            case 0x0B:
                _nesting--;
                break;
            case 0x0E:
                BranchTable();
                break;
            case 0x0C or 0x0D or 0x10 or (>= 0x20 and <= 0x24):
                _ = _body.Unsigned();
                break;
            case 0x11 or (>= 0x28 and <= 0x3E):
                _ = _body.Unsigned();
                _ = _body.Unsigned();
                break;
            case 0x3F or 0x40:
                _ = _body.Byte();
                break;
            case 0x41:
                _ = _body.Signed(32);
                break;
            case 0x42:
                _ = _body.Signed(64);
                break;
            case 0x43:
                _ = _body.Take(4);
                break;
            case 0x44:
                _ = _body.Take(8);
                break;
            case 0xFC:
                return SkipSecondTable();
            case 0x00 or 0x01 or 0x05 or 0x0F or 0x1A or 0x1B or (>= 0x45 and <= 0xC4):
                break;
            default:
                throw _body.Refuse($"opcode 0x{opcode:x2}{Proposal(opcode)}");
        }

        return false;
    }

    private bool SkipSecondTable()
    {
        uint opcode = _body.Unsigned();
        int numbers = opcode switch
        {
            <= 7 => 0,
            9 or 11 or 13 => 1,
            8 or 10 or 12 or 14 => 2,
            _ => throw _body.Refuse($"opcode 0xfc {opcode}, which is not allowed"),
        };
        for (; numbers > 0; numbers--)
        {
            _ = _body.Unsigned();
        }

        return opcode <= 7;
    }

    private void BranchTable()
    {
        int targets = _body.Count(ModuleLimits.MaxBranchTargets, "branches in a table");
        if ((_branchTargets += targets) > ModuleLimits.MaxBranchTargets)
        {
            throw _body.Refuse($"tables of {_branchTargets} branches in one function; at most {ModuleLimits.MaxBranchTargets} are allowed");
        }

        for (int i = 0; i <= targets; i++)
        {
            _ = _body.Unsigned();
        }
    }

    private static string Proposal(byte opcode) => opcode switch
    {
        0x06 or 0x07 or 0x08 or 0x09 or 0x0A or 0x18 or 0x19 or 0x1F => " (exceptions), which is not allowed",
        0x12 or 0x13 => " (tail calls), which is not allowed",
        0x1C or 0x25 or 0x26 or 0xD0 or 0xD1 or 0xD2 => " (reference types), which is not allowed",
        0xFB => " (garbage collection), which is not allowed",
        0xFD => " (SIMD), which is not allowed: build without -msimd128",
        0xFE => " (threads), which is not allowed: build without -pthread",
        _ => ", which is not allowed",
    };
}
