using EdgeDePin.Model;
using EdgeDePin.Sandbox.Guests;

namespace EdgeDePin.Sandbox.Modules;

/// <summary>
/// Judges a module before any compiler sees it: linear in its size, nothing allocated that it could inflate. It is no validator: types and
/// indices are Wasmtime's to check. It holds the limits, the list of imports, and the question of floating point.
/// </summary>
public static class ModuleScan
{
    private static ReadOnlySpan<byte> Preamble => [0x00, 0x61, 0x73, 0x6D, 0x01, 0x00, 0x00, 0x00];

    /// <exception cref="FormatException">Not a module that runs here; the message says why and at which byte.</exception>
    public static ModuleFacts Read(ReadOnlySpan<byte> module)
    {
        if (module.Length > ModuleLimits.MaxBytes)
        {
            throw new FormatException($"Not a module that runs here: it has {module.Length} bytes; at most {ModuleLimits.MaxBytes} are allowed.");
        }

        if (!module.StartsWith(Preamble))
        {
            throw new FormatException("Not a WebAssembly module: it does not begin with 00 61 73 6d 01 00 00 00.");
        }

        var sections = new Sections();
        var reader = new ModuleReader(module[Preamble.Length..], Preamble.Length);
        while (!reader.AtEnd)
        {
            byte id = reader.Byte();
            ModuleReader section = reader.Part(reader.Unsigned());
            sections.Read(id, section);
        }

        sections.Check(reader);
        return new ModuleFacts(Digest.Of(module), module.Length, sections.Bodies, sections.Floats, sections.MinPages);
    }

    private sealed class Sections
    {
        // Sections stand in this order; 12 says how many data segments there are and stands before the code.
        private static readonly int[] Ranks = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 10];

        private readonly List<string> _types = [];
        private readonly List<uint> _functions = [];
        private int _rank;
        private bool _memory;
        private bool _exportsMemory;
        private bool _code;
        private uint? _run;

        public int Bodies { get; private set; }

        public bool Floats { get; private set; }

        public int MinPages { get; private set; }

        public void Read(byte id, ModuleReader section)
        {
            if (id >= Ranks.Length)
            {
                throw section.Refuse($"a section of kind {id}, which is not allowed");
            }

            if (id == 0)
            {
                return;
            }

            if (Ranks[id] <= _rank)
            {
                throw section.Refuse($"section {id} out of order");
            }

            _rank = Ranks[id];
            switch (id)
            {
                case 1: Types(ref section); break;
                case 2: Imports(ref section); break;
                case 3: Functions(ref section); break;
                case 4: Tables(ref section); break;
                case 5: Memories(ref section); break;
                case 6: _ = section.Count(ModuleLimits.MaxGlobals, "global variables"); return;
                case 7: Exports(ref section); break;
                case 10: Code(ref section); break;
                default: return;
            }

            if (!section.AtEnd)
            {
                throw section.Refuse($"bytes behind the end of section {id}");
            }
        }

        public void Check(ModuleReader end)
        {
            if (!_memory || !_exportsMemory)
            {
                throw end.Refuse($"it has no memory exported as '{GuestAbi.Memory}'");
            }

            if (!_code && Bodies > 0)
            {
                throw end.Refuse($"{Bodies} functions without code");
            }

            string? type = _run < _functions.Count ? TypeOf(_functions[(int)_run]) : null;
            if (type != "->")
            {
                throw end.Refuse($"it exports no function '{GuestAbi.Run}' without parameters and results");
            }
        }

        private string? TypeOf(uint index) => index < _types.Count ? _types[(int)index] : null;

        private void Types(ref ModuleReader section)
        {
            for (int left = section.Count(ModuleLimits.MaxTypes, "types"); left > 0; left--)
            {
                _types.Add(ModuleTypes.Read(ref section));
            }
        }

        private void Imports(ref ModuleReader section)
        {
            for (int left = section.Count(ModuleLimits.MaxTypes, "imports"); left > 0; left--)
            {
                string name = $"{section.Name()}.{section.Name()}";
                byte kind = section.Byte();
                uint type = kind == 0 ? section.Unsigned() : throw section.Refuse($"the import {name}, which is not a function");
                string known = name.StartsWith($"{GuestAbi.Module}.", StringComparison.Ordinal)
                    && GuestAbi.Imports.TryGetValue(name[(GuestAbi.Module.Length + 1)..], out string? expected)
                    ? expected
                    : throw section.Refuse($"the import {name}; there are {GuestAbi.Module}.{string.Join(", ", GuestAbi.Imports.Keys.Order(StringComparer.Ordinal))}, and nothing else");
                if (TypeOf(type) is var actual && actual != known)
                {
                    throw section.Refuse($"the import {name} as {actual ?? "an unknown type"}; it is {known}");
                }

                _functions.Add(type);
            }
        }

        private void Functions(ref ModuleReader section)
        {
            Bodies = section.Count(ModuleLimits.MaxFunctions, "functions");
            for (int left = Bodies; left > 0; left--)
            {
                _functions.Add(section.Unsigned());
            }
        }

        private static void Tables(ref ModuleReader section)
        {
            for (int left = section.Count(1, "tables"); left > 0; left--)
            {
                byte type = section.Byte();
                (uint entries, _) = type == 0x70 ? Range(ref section, 1) : throw section.Refuse($"a table of type 0x{type:x2}; only functions are allowed");
                if (entries > ModuleLimits.MaxTableEntries)
                {
                    throw section.Refuse($"a table of {entries} entries; at most {ModuleLimits.MaxTableEntries} are allowed");
                }
            }
        }

        private void Memories(ref ModuleReader section)
        {
            for (int left = section.Count(1, "memories"); left > 0; left--)
            {
                (uint pages, _) = Range(ref section, 1);
                _memory = true;
                MinPages = pages <= GuestCall.MaxPages ? (int)pages : throw section.Refuse($"a memory of {pages} pages at the start; at most {GuestCall.MaxPages} are allowed");
            }
        }

        private static (uint Least, uint? Most) Range(ref ModuleReader section, byte flagsAllowed)
        {
            byte flags = section.Byte();
            if (flags > flagsAllowed)
            {
                throw section.Refuse($"limits with flags 0x{flags:x2} (shared or 64-bit), which is not allowed");
            }

            uint least = section.Unsigned();
            return (least, flags == 1 ? section.Unsigned() : null);
        }

        private void Exports(ref ModuleReader section)
        {
            for (int left = section.Count(ModuleLimits.MaxExports, "exports"); left > 0; left--)
            {
                string name = section.Name();
                byte kind = section.Byte();
                uint index = section.Unsigned();
                _exportsMemory |= kind == 2 && name == GuestAbi.Memory;
                _run = kind == 0 && name == GuestAbi.Run ? index : _run;
            }
        }

        private void Code(ref ModuleReader section)
        {
            _code = true;
            int bodies = section.Count(ModuleLimits.MaxFunctions, "bodies");
            if (bodies != Bodies)
            {
                throw section.Refuse($"{bodies} bodies for {Bodies} functions");
            }

            for (; bodies > 0; bodies--)
            {
                uint length = section.Unsigned();
                Floats |= length <= ModuleLimits.MaxBodyBytes
                    ? CodeScan.UsesFloats(section.Part(length))
                    : throw section.Refuse($"a function of {length} bytes; at most {ModuleLimits.MaxBodyBytes} are allowed");
            }
        }
    }
}
